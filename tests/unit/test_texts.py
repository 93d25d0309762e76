"""Words in texts: longest match, overlaps, Latin words, denials, other firms, files, bad input."""

import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.cli import main
from digimfg.texts.matching import plain_text


def statuses(text, **options):
    found = dm.find_words(text, **options)
    return list(zip(found["word"], found["status"], strict=True))


def test_the_shipped_list_of_wu_et_al_has_76_words_in_five_blocks():
    words = dm.load_dictionary("digital_transformation_wu2021")
    assert [len(block.words) for block in words.blocks] == [15, 9, 13, 5, 34]


def test_the_longest_word_counts_once():
    assert statuses("移动互联网与移动互联") == [("移动互联网", "counted"), ("移动互联", "counted")]


def test_all_overlapping_words_count_when_asked():
    assert [word for word, _ in statuses("移动互联网", overlap="all")] == ["移动互联", "移动互联网"]
    frame = dm.count_words(pd.Series(["移动互联网金融"]), overlap="all").frame
    assert frame["total"].tolist() == [3]  # 移动互联, 移动互联网, 互联网金融
    assert dm.count_words(pd.Series(["移动互联网金融"])).frame["total"].tolist() == [1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("开展Ｂ２Ｂ业务", ["B2B"]),
        ("开展b2b业务", ["B2B"]),
        ("型号AB2B不是", []),
        ("型号B2B2C不是", []),
        ("the Fintech firm", ["Fintech"]),
        ("Fintechs", []),
        ("大\n数 据", ["大数据"]),
        ("大\n\n数据", []),
        ("大数、据", []),
    ],
)
def test_width_case_line_breaks_and_latin_boundaries(text, words):
    assert dm.find_words(text)["word"].tolist() == words


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("公司没有开展任何与区块链相关的业务。", "denied"),
        ("公司尚未布局大数据。", "denied"),
        ("公司未开展大数据、云计算业务。", "denied"),
        ("公司不断推进大数据应用。", "counted"),
        ("公司未来将布局大数据。", "counted"),
        ("不仅如此，公司建设大数据平台。", "counted"),
        ("公司没有停产，大数据平台已上线。", "counted"),
        ("公司没有任何一项投资项目涉及到上述新兴技术领域及大数据。", "counted"),
        ("主要客户采用大数据。", "other"),
        ("公司第一大股东从事大数据业务。", "other"),
        ("公司为客户提供大数据服务。", "counted"),
        ("客户通过本公司的大数据平台下单。", "counted"),
        ("张某，曾任某大数据企业总经理。", "other"),
        ("客户增加。公司投资大数据。", "counted"),
    ],
)
def test_denied_mentions_and_those_of_others_are_set_aside(text, status):
    assert {found for _, found in statuses(text)} == {status}


def test_without_rules_every_mention_counts():
    text = "公司没有开展区块链业务，客户采用大数据。"
    assert [status for _, status in statuses(text, rules=None)] == ["counted", "counted"]


def test_rules_are_values_that_a_user_changes():
    rules = dm.MentionRules(others=("某某科技",), negations=())
    assert statuses("某某科技开展大数据业务，公司没有区块链。", rules=rules) == [
        ("大数据", "other"),
        ("区块链", "counted"),
    ]


def test_counts_keep_keys_and_say_what_was_set_aside():
    frame = pd.DataFrame({"firm": ["000001", "000002"], "year": [2020, 2020], "text": ["大数据" * 3, None]})
    counted = dm.count_words(frame)
    assert counted.frame[["firm", "year"]].equals(frame[["firm", "year"]])
    assert counted.frame["big_data"].tolist() == [3, pd.NA]
    assert counted.frame["characters"].tolist() == [9, pd.NA]
    assert counted.frame["per_10k_characters"].iloc[0] == pytest.approx(10_000 / 3)
    assert "1 text is missing" in counted.notes[-1].en


def test_an_empty_text_counts_zero_and_has_no_frequency():
    row = dm.count_words(pd.Series([" "])).frame.iloc[0]
    assert (row["total"], row["characters"]) == (0, 0)
    assert pd.isna(row["per_10k_characters"])


def test_counts_of_parts_add_up_over_sentences():
    parts = ["公司运用大数据。", "公司建设工业互联网平台。", "尚无区块链业务。"]
    whole = dm.count_words(pd.Series(["".join(parts)])).frame
    each = dm.count_words(pd.Series(parts)).frame
    for column in ("total", "denied", "characters", "big_data"):
        assert whole[column].sum() == each[column].sum()


def test_counts_go_into_a_poisson_regression():
    texts = [f"公司{'大数据' * (1 + (year + firm) % 4)}" for firm in range(6) for year in range(8)]
    frame = dm.count_words(pd.Series(texts)).frame
    frame["firm"], frame["year"] = [i for i in range(6) for _ in range(8)], list(range(8)) * 6
    frame["x"] = frame["firm"] % 4 + frame["year"] % 3
    result = dm.estimate(dm.Specification("total", "x", entity="firm", estimator=dm.Poisson()), frame)
    assert result.coefficients.loc["x", "std_error"] > 0


def test_blanks_within_chinese_go_and_an_empty_line_stays():
    text = "Ａ公司　运用\n大 数据 and  cloud\n\n下一段"
    assert plain_text(text) == "a公司运用大数据and cloud\n下一段"


def test_a_dictionary_of_ones_own(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'version = "1"\n[title]\nen = "Mine"\nzh = "自建"\n[source]\nen = "me"\nzh = "本人"\n'
        '[[blocks]]\nname = "robots"\nen = "Robots"\nzh = "机器人"\nwords = ["工业机器人", "机器人"]\n',
        encoding="utf-8",
    )
    assert dm.count_words(pd.Series(["工业机器人与机器人"]), path).frame["robots"].tolist() == [2]
    path.write_text(path.read_text(encoding="utf-8").replace('"机器人"]', '"工业机器人"]'), encoding="utf-8")
    with refused(dm.MeasureError, "texts.words_repeated"):
        dm.load_dictionary(path)
    path.write_text("version = ", encoding="utf-8")
    with refused(dm.MeasureError, "file_forms.toml_invalid", where="mine.toml"):
        dm.load_dictionary(path)


def test_an_unknown_dictionary_suggests_the_nearest():
    with refused(dm.MeasureError, "names.unknown_name", near="digital_transformation_wu2021"):
        dm.load_dictionary("digital_transformation_wu")


def test_texts_that_are_no_strings_are_an_error():
    with refused(dm.MeasureError, "texts.not_a_text"):
        dm.count_words(pd.Series([3]))
    with refused(dm.MeasureError, "texts.not_texts", column="text"):
        dm.count_words(pd.DataFrame({"words": ["大数据"]}))
    with refused(dm.MeasureError, "arguments.value_outside", argument="overlap"):
        dm.count_words(pd.Series(["大数据"]), overlap="some")


def test_a_folder_of_reports_is_read_in_either_encoding(tmp_path):
    (tmp_path / "000002_2021.txt").write_bytes("大数据".encode("gb18030"))
    (tmp_path / "000001_2020.txt").write_text("云计算", encoding="utf-8-sig")
    frame = dm.read_texts(tmp_path)
    assert frame.to_dict("list") == {
        "firm": ["000001", "000002"], "year": [2020, 2021], "text": ["云计算", "大数据"],
    }  # fmt: skip
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    with refused(dm.SourceError, "texts.no_matching_files"):
        dm.read_texts(tmp_path)
    with refused(dm.SourceError, "texts.no_matching_files"):
        dm.read_texts(tmp_path / "absent")


def test_the_command_writes_counts_as_csv(tmp_path, monkeypatch, capsys):
    (tmp_path / "000001_2020.txt").write_text("公司运用大数据。公司没有区块链。", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["texts", ".", "--out", "words.csv"])
    assert not ended.value.code
    counted = pd.read_csv(tmp_path / "words.csv", dtype={"firm": str})
    assert counted.loc[0, ["firm", "big_data", "blockchain", "denied"]].tolist() == ["000001", 1, 0, 1]
    with pytest.raises(SystemExit) as ended:
        main(["texts", "absent"])
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert "files named {firm}_{year}.txt" in told
    assert "no such folder" in told
