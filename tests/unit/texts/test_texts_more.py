"""Texts beyond counts: sections of reports, weights, candidates, a user's own models, samples to code."""

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused

import digimfg as dm

FILLER = "公司主营业务稳健发展，产销两旺。" * 40


def report(heading, style="第{n}节 {title}", contents=True, running=False):
    titles = ["重要提示", "公司简介", heading, "重要事项", "财务报告"]
    numbers = "一二三四五"
    lines = [style.format(n=n, title=title) for n, title in zip(numbers, titles, strict=True)]
    text = (
        "目录\n" + "\n".join(f"{line} ........ {10 * page}" for page, line in enumerate(lines)) + "\n"
        if contents
        else ""
    )
    for line, title in zip(lines, titles, strict=True):
        body = "本年推进数字化改造。" * 60 if title == heading else FILLER
        pages = [body[:200], body[200:]] if running and title == heading else [body]
        text += "".join(f"{line}\n{page}\n" for page in pages)
    return text


@pytest.mark.parametrize("heading", ["管理层讨论与分析", "经营情况讨论与分析", "董事会报告", "董事局报告"])
@pytest.mark.parametrize(
    "style", ["第{n}节 {title}", "第{n}节{title}", " 第 {n} 章　{title}", "{n}、{title}", "（{n}）{title}"]
)
def test_the_discussion_is_found_under_the_headings_of_its_years(heading, style):
    found = dm.report_section(pd.Series([report(heading, style)]))
    row = found.frame.iloc[0]
    assert row["text"] == "本年推进数字化改造。" * 60
    assert row["heading"] == heading
    assert row["share"] == pytest.approx(600 / row["report_characters"])


def test_a_heading_that_every_page_repeats_does_not_end_its_section():
    found = dm.report_section(pd.Series([report("管理层讨论与分析", running=True)])).frame.iloc[0]
    assert (
        found["text"].replace("第三节 管理层讨论与分析", "").replace("\n", "") == "本年推进数字化改造。" * 60
    )


def test_a_report_without_the_section_is_missing_and_never_read_whole():
    texts = pd.DataFrame(
        {
            "firm": ["a", "b", "c"],
            "text": [report("董事会报告"), FILLER + "详见第三节 管理层讨论与分析", None],
        }
    )
    found = dm.report_section(texts)
    assert found.frame["text"].isna().tolist() == [False, True, True]
    assert found.frame["firm"].tolist() == ["a", "b", "c"]
    assert noted(found.notes, "not_found", missing=2, n=3)
    assert found.found["reports"].tolist() == [1]
    with refused(dm.DigimfgError, "names.unknown_name", near="management_discussion"):
        dm.report_section(texts, "management_discusion")
    with pytest.raises(dm.DigimfgError):
        dm.report_section(texts, column="body")


def test_a_contents_line_alone_is_no_section():
    text = "第三节 管理层讨论与分析 ...... 9\n第四节 公司治理 ...... 30\n" + FILLER
    assert dm.report_section(pd.Series([text])).frame["text"].isna().all()


def test_pdf_files_are_read_with_the_pages_that_hold_text(tmp_path):
    pytest.importorskip("pypdf")
    import typst
    from pypdf import PdfWriter

    from digimfg.documents.typeset import font_folders

    source = tmp_path / "report.typ"
    page = "推进数字化改造，建设智能工厂。" * 8
    words = f"第三节 管理层讨论与分析\n\n{page}\n#pagebreak()\n"
    source.write_text(f'#set page(height: 8cm)\n#set text(font: "Noto Sans SC")\n{words}', "utf-8")
    typst.compile(
        str(source),
        output=str(tmp_path / "600000_2020.pdf"),
        font_paths=[str(each) for each in font_folders()],
    )
    read = dm.read_texts(tmp_path, "{firm}_{year}.pdf")
    assert read[["firm", "year", "pages", "pages_with_text"]].to_numpy().tolist() == [["600000", 2020, 2, 1]]
    assert "建设智能工厂" in read["text"].iloc[0].replace("\n", "")
    assert dm.report_section(read).frame["heading"].tolist() == ["管理层讨论与分析"]
    blank = PdfWriter()
    blank.add_blank_page(100, 100)
    with (tmp_path / "600001_2020.pdf").open("wb") as file:
        blank.write(file)
    with refused(dm.DigimfgError, "texts.pdf_of_pictures"):
        dm.read_texts(tmp_path, "{firm}_{year}.pdf")
    (tmp_path / "600001_2020.pdf").write_bytes(b"no pdf at all")
    with refused(dm.DigimfgError, "texts.pdf_not_readable"):
        dm.read_texts(tmp_path, "{firm}_{year}.pdf")


def test_weights_are_those_of_scikit_learn():
    extraction = pytest.importorskip("sklearn.feature_extraction.text")
    rng = np.random.default_rng(0)
    words = ["大数据", "云计算", "区块链", "人工智能"]
    texts = ["，".join(rng.choice([*words, "钢铁", "煤炭"], 30)) for _ in range(40)] + ["，".join(words)]
    dictionary = dm.TermDictionary(
        name="own", title=dm.Text("Own", "自备"), source=dm.Text("here", "此处"), version="1",
        blocks=(dm.WordBlock(name="all", label=dm.Text("All", "全部"), words=tuple(words)),),
    )  # fmt: skip
    counter = extraction.CountVectorizer(
        vocabulary=words, tokenizer=lambda text: text.split("，"), token_pattern=None
    )
    counts = counter.transform(texts).toarray()
    length = np.array([len(text) for text in texts])
    for smooth in (True, False):
        model = extraction.TfidfTransformer(norm=None, smooth_idf=smooth).fit(counts)
        weight = model.idf_ - (0 if smooth else 1)
        ours = dm.weigh_words(pd.Series(texts), dictionary, smooth=smooth)
        assert ours.frame["total"].tolist() == pytest.approx(
            (1e4 * counts / length[:, None] @ weight).tolist()
        )
        assert ours.words["weight"][words].tolist() == pytest.approx(weight.tolist())
    again = dm.weigh_words(pd.Series([*texts, None, ""]), dictionary)
    assert np.isnan(again.frame["total"].iloc[-2:]).all()
    with refused(dm.DigimfgError, "texts.one_text"):
        dm.weigh_words(pd.Series(["大数据", None]))


def test_candidates_stand_with_the_seeds_and_are_shown_with_what_speaks_for_them():
    texts = pd.Series(
        [
            "公司建设工业互联网平台，部署智能产线。原料价格上涨。",
            "工业互联网平台与智能产线协同。煤炭价格回落。",
            "智能产线依托工业互联网平台。原料价格平稳。",
        ]
        * 2
    )
    found = dm.expand_seeds(texts, ["工业互联网平台"])
    assert "智能产线" in found.candidates.index[:3]
    assert "原料价格" not in found.candidates.index
    row = found.candidates.loc["智能产线"]
    assert (row["seed_word"], row["texts"], row["together"]) == ("工业互联网平台", 6, 6)
    assert "智能产线" in row["example"]
    given = dm.expand_seeds(
        texts, ["工业互联网平台"], segment=lambda text: ["智能产线", "价格"] if text else []
    )
    assert given.candidates.index.tolist() == ["智能产线"]
    vectors = {"智能产线": [1, 0.1], "原料价格": [0, 1], "工业互联网平台": [1, 0]}
    near = dm.expand_seeds(
        texts,
        ["工业互联网平台"],
        candidates=["智能产线", "原料价格"],
        embedder=lambda batch: [vectors[word] for word in batch],
    )
    assert near.candidates.index.tolist() == ["智能产线"]
    with refused(dm.DigimfgError, "texts.no_seeds_in_texts"):
        dm.expand_seeds(texts, ["量子计算"])


def test_a_users_model_is_asked_once_per_text_and_version(tmp_path):
    asked = []

    def labeller(batch):
        asked.extend(batch)
        return [float("数" in text) for text in batch]

    texts = pd.DataFrame({"firm": list("abcd"), "text": ["数字化", "钢", "数字化", None]})
    first = dm.label_texts(texts, labeller, cache=tmp_path, version="m1", batch=1)
    assert asked == ["数字化", "钢"]
    assert first.frame["label"].tolist()[:3] == [1, 0, 1]
    assert first.statistics["n_asked"] == 2
    second = dm.label_texts(texts, labeller, cache=tmp_path, version="m1")
    assert second.statistics["n_asked"] == 0
    pd.testing.assert_frame_equal(first.frame, second.frame)
    assert dm.label_texts(texts, labeller, cache=tmp_path, version="m2").statistics["n_asked"] == 2
    assert noted(first.notes, "own_model", version="m1")


@pytest.mark.parametrize(
    "model",
    [
        lambda b: [0.0],
        lambda b: [float("nan")] * len(b),
        lambda b: "many",
        lambda b: 1 / 0,
        lambda b: None,
        lambda b: [[1.0]] * len(b),
    ],
)
def test_a_model_that_answers_badly_is_named(model):
    texts = pd.Series(["数字化", "钢"])
    with refused(dm.DigimfgError, "texts.own_model_answers_wrongly"):
        dm.label_texts(texts, model)


@pytest.mark.parametrize(
    ("model", "kind"),
    [
        (lambda b: [0.0] * len(b), "own_model_answers_wrongly"),
        (lambda b: [[0.0, 0.0]] * len(b), "vector_of_zeros"),
        (lambda b: [[1.0] * (1 + len(b[0]))] * len(b), "vectors_of_several_lengths"),
    ],
)
def test_an_embedder_that_answers_badly_is_named(model, kind):
    with refused(dm.DigimfgError, f"texts.{kind}"):
        dm.text_similarity(pd.Series(["数字化", "钢"]), ["数据"], model, batch=1)


def test_a_sample_to_code_is_drawn_by_stratum_and_its_rates_stand_for_all_texts():
    rng = np.random.default_rng(3)
    n = 20_000
    frame = pd.DataFrame({"year": rng.integers(2015, 2017, n), "truth": (rng.random(n) < 0.1).astype(float)})
    wrong = rng.random(n) < np.where(frame["truth"] == 1, 0.3, 0.05)
    frame["label"] = np.where(wrong, 1 - frame["truth"], frame["truth"])
    drawn = dm.draw_coding_sample(frame, 1500, stratum="label", seed=4)
    assert drawn.groupby("label").size().tolist() == [1500, min(1500, int(frame["label"].sum()))]
    frame["coded"] = drawn["truth"]
    found = dm.label_accuracy(frame, "label", "coded", stratum="label").strata.loc["all"]
    truth = {
        "precision": frame.loc[frame["label"] == 1, "truth"].mean(),
        "recall": frame.loc[frame["truth"] == 1, "label"].mean(),
    }
    assert found["precision"] == pytest.approx(truth["precision"], abs=0.02)
    assert found["recall"] == pytest.approx(truth["recall"], abs=0.06)
    naive = frame[frame["coded"].notna()]
    assert (
        naive.loc[naive["truth"] == 1, "label"].mean() > truth["recall"] + 0.1
    )  # what unweighted rates would say
    one = dm.label_accuracy(frame, "label", "coded", stratum="year").strata
    assert (one.loc[["2015", "2016"], "precision_low"] < one.loc[["2015", "2016"], "precision"]).all()
    with refused(dm.DigimfgError, "texts.labels_or_codes_lacking"):
        dm.label_accuracy(
            frame.assign(coded=frame["coded"].where(frame["year"] > 2015)), "label", "coded", stratum="year"
        )
    with refused(dm.DigimfgError, "texts.sample_to_code"):
        dm.draw_coding_sample(drawn, 5)


def test_wilson_intervals_are_those_of_statsmodels():
    from statsmodels.stats.proportion import proportion_confint

    frame = pd.DataFrame({"label": [1] * 10 + [0] * 10, "coded": [1] * 8 + [0] * 2 + [1] * 1 + [0] * 9})
    found = dm.label_accuracy(frame, "label", "coded").strata.loc["all"]
    assert found[["precision_low", "precision_high"]].tolist() == pytest.approx(
        proportion_confint(8, 10, method="wilson")
    )
    assert found[["recall_low", "recall_high"]].tolist() == pytest.approx(
        proportion_confint(8, 9, method="wilson")
    )


def write_folder(folder, texts, encodings=("utf-8", "gb18030", "utf-16", "utf-8-sig")):
    for place, text in enumerate(texts):
        name = f"{600000 + place}_2020.{'TXT' if place % 2 else 'txt'}"
        (folder / name).write_bytes(text.encode(encodings[place % len(encodings)]))


REPORTS = [report("管理层讨论与分析").replace("推进", "推进大数据与云计算，" * (1 + n)) for n in range(20)]


@pytest.mark.parametrize("section", [None, "management_discussion"])
def test_files_a_few_at_a_time_give_what_all_at_once_give(tmp_path, section):
    write_folder(tmp_path, [*REPORTS, FILLER])
    found = dm.count_files(tmp_path, section=section)
    texts = dm.read_texts(tmp_path)
    if section is not None:
        texts = dm.report_section(texts).frame
    whole = dm.count_words(texts).frame
    pd.testing.assert_frame_equal(found.frame, whole, check_dtype=False)
    assert found.frame.columns.is_unique
    assert found.frame["total"].iloc[:3].tolist() == [120, 240, 360]
    assert found.statistics["n_missing"] == (section is not None)
    assert found.frame.equals(dm.count_files(tmp_path, section=section, n_jobs=2).frame)
    assert noted(found.notes, "share_read", n=20, total=21) == (section is not None)


def test_files_that_cannot_be_read_are_all_named_or_missing_with_their_reason(tmp_path):
    write_folder(tmp_path, REPORTS[:3])
    whole = "公司运用大数据。".encode() * 40
    (tmp_path / "600007_2020.txt").write_bytes(whole[:-1])
    (tmp_path / "600008_2020.txt").write_bytes(whole[:250] + b"\xff" + whole[250:])
    for read in (dm.read_texts, dm.count_files):
        with pytest.raises(dm.SourceError) as caught:
            read(tmp_path)
        for words in (caught.value.got.en, caught.value.got.zh):
            assert "600007_2020.txt" in words
            assert "600008_2020.txt" in words
    texts = dm.read_texts(tmp_path, broken="missing")
    assert texts["text"].isna().tolist() == [False, False, False, True, True]
    assert texts["fault"].notna().tolist() == [False, False, False, True, True]
    counted = dm.count_files(tmp_path, broken="missing")
    assert counted.frame["total"].isna().tolist() == [False, False, False, True, True]
    assert noted(counted.notes, "broken", n=2)
    (tmp_path / "600008_2020.txt").unlink()
    with refused(dm.SourceError, "texts.encoding_unknown"):
        dm.read_texts(tmp_path)


def test_a_pattern_that_names_a_key_twice_is_refused(tmp_path):
    write_folder(tmp_path, REPORTS[:1])
    with refused(dm.SourceError, "texts.placeholder_repeated"):
        dm.read_texts(tmp_path, "{firm}_{firm}.txt")


def test_counts_of_a_section_stand_beside_how_much_of_the_report_it_is():
    frame = pd.DataFrame({"firm": ["a"], "text": [REPORTS[0]]})
    counted = dm.count_words(dm.report_section(frame).frame).frame
    assert counted.columns.is_unique
    assert {"firm", "heading", "share", "total", "characters"} <= set(counted.columns)


@pytest.mark.parametrize(
    "measure",
    [
        lambda frame: dm.count_words(frame.assign(total=1)),
        lambda frame: dm.report_section(frame.assign(share=1)),
        lambda frame: dm.label_texts(frame.assign(label=1), lambda texts: [1] * len(texts)),
    ],
)
def test_keys_that_the_answer_would_write_over_are_refused(measure):
    with refused(dm.MeasureError, "texts.column_names_taken"):
        measure(pd.DataFrame({"firm": ["a"], "text": [REPORTS[0]]}))


def test_kept_counts_belong_to_what_the_files_hold(tmp_path):
    from digimfg.parallel import checkpoints

    folder = tmp_path / "reports"
    folder.mkdir()
    write_folder(folder, REPORTS[:2])
    with checkpoints(tmp_path / "kept"):
        first = dm.count_files(folder).frame["total"].tolist()
        (folder / "600000_2020.txt").write_text("大数据", encoding="utf-8")
        second = dm.count_files(folder).frame["total"].tolist()
    assert (first, second) == ([120, 240], [1, 240])
