"""Provinces and cities of China: GB/T 2260 codes with their names, as facts."""

from __future__ import annotations

import re

__all__ = ["CITIES", "CITY_CODES", "CITY_LATIN", "FORMER_CITIES", "PROVINCES", "PROVINCE_CODES"]

# Codes and names of GB/T 2260 (Ministry of Civil Affairs). The list of prefectures was read from the table of the
# MIT-licensed package cpca 0.5.5 and brought up to date by hand: Nagqu's code since 2018, cities of the production corps.
_PROVINCES = (
    "110000北京市|北京|Beijing 120000天津市|天津|Tianjin 130000河北省|河北|Hebei 140000山西省|山西|Shanxi "
    "150000内蒙古自治区|内蒙古|Inner_Mongolia 210000辽宁省|辽宁|Liaoning 220000吉林省|吉林|Jilin "
    "230000黑龙江省|黑龙江|Heilongjiang 310000上海市|上海|Shanghai 320000江苏省|江苏|Jiangsu "
    "330000浙江省|浙江|Zhejiang 340000安徽省|安徽|Anhui 350000福建省|福建|Fujian 360000江西省|江西|Jiangxi "
    "370000山东省|山东|Shandong 410000河南省|河南|Henan 420000湖北省|湖北|Hubei 430000湖南省|湖南|Hunan "
    "440000广东省|广东|Guangdong 450000广西壮族自治区|广西|Guangxi 460000海南省|海南|Hainan "
    "500000重庆市|重庆|Chongqing 510000四川省|四川|Sichuan 520000贵州省|贵州|Guizhou 530000云南省|云南|Yunnan "
    "540000西藏自治区|西藏|Tibet 610000陕西省|陕西|Shaanxi 620000甘肃省|甘肃|Gansu 630000青海省|青海|Qinghai "
    "640000宁夏回族自治区|宁夏|Ningxia 650000新疆维吾尔自治区|新疆|Xinjiang"
)
_CITIES = (
    "110000北京市Beijing 120000天津市Tianjin 130100石家庄市Shijiazhuang 130200唐山市Tangshan "
    "130300秦皇岛市Qinhuangdao 130400邯郸市Handan 130500邢台市Xingtai 130600保定市Baoding "
    "130700张家口市Zhangjiakou 130800承德市Chengde 130900沧州市Cangzhou 131000廊坊市Langfang "
    "131100衡水市Hengshui 139001定州市Dingzhou 139002辛集市Xinji 140100太原市Taiyuan "
    "140200大同市Datong 140300阳泉市Yangquan 140400长治市Changzhi 140500晋城市Jincheng "
    "140600朔州市Shuozhou 140700晋中市Jinzhong 140800运城市Yuncheng 140900忻州市Xinzhou "
    "141000临汾市Linfen 141100吕梁市Lüliang/Lvliang 150100呼和浩特市Hohhot/Huhehaote/Huhhot "
    "150200包头市Baotou 150300乌海市Wuhai 150400赤峰市Chifeng 150500通辽市Tongliao "
    "150600鄂尔多斯市Ordos/Eerduosi/Erdos 150700呼伦贝尔市Hulunbuir/Hulunbeier/Hulun_Buir "
    "150800巴彦淖尔市Bayannur/Bayannaoer/Bayan_Nur 150900乌兰察布市Ulanqab/Wulanchabu "
    "152200兴安盟Hinggan/Xingan/Xing_an 152500锡林郭勒盟Xilingol/Xilinguole/Xilin_Gol "
    "152900阿拉善盟Alxa/Alashan/Alashan_League 210100沈阳市Shenyang 210200大连市Dalian "
    "210300鞍山市Anshan 210400抚顺市Fushun 210500本溪市Benxi 210600丹东市Dandong "
    "210700锦州市Jinzhou 210800营口市Yingkou 210900阜新市Fuxin 211000辽阳市Liaoyang "
    "211100盘锦市Panjin 211200铁岭市Tieling 211300朝阳市Chaoyang 211400葫芦岛市Huludao "
    "220100长春市Changchun 220200吉林市Jilin 220300四平市Siping 220400辽源市Liaoyuan "
    "220500通化市Tonghua 220600白山市Baishan 220700松原市Songyuan 220800白城市Baicheng "
    "222400延边朝鲜族自治州Yanbian 230100哈尔滨市Harbin/Haerbin 230200齐齐哈尔市Qiqihar/Qiqihaer "
    "230300鸡西市Jixi 230400鹤岗市Hegang 230500双鸭山市Shuangyashan 230600大庆市Daqing "
    "230700伊春市Yichun 230800佳木斯市Jiamusi 230900七台河市Qitaihe 231000牡丹江市Mudanjiang "
    "231100黑河市Heihe 231200绥化市Suihua 232700大兴安岭地区Daxinganling/Da_Hinggan_Ling "
    "310000上海市Shanghai 320100南京市Nanjing 320200无锡市Wuxi 320300徐州市Xuzhou "
    "320400常州市Changzhou 320500苏州市Suzhou 320600南通市Nantong 320700连云港市Lianyungang "
    "320800淮安市Huaian 320900盐城市Yancheng 321000扬州市Yangzhou 321100镇江市Zhenjiang "
    "321200泰州市Taizhou 321300宿迁市Suqian 330100杭州市Hangzhou 330200宁波市Ningbo "
    "330300温州市Wenzhou 330400嘉兴市Jiaxing 330500湖州市Huzhou 330600绍兴市Shaoxing "
    "330700金华市Jinhua 330800衢州市Quzhou 330900舟山市Zhoushan 331000台州市Taizhou "
    "331100丽水市Lishui 340100合肥市Hefei 340200芜湖市Wuhu 340300蚌埠市Bengbu "
    "340400淮南市Huainan 340500马鞍山市Maanshan 340600淮北市Huaibei 340700铜陵市Tongling "
    "340800安庆市Anqing 341000黄山市Huangshan 341100滁州市Chuzhou 341200阜阳市Fuyang "
    "341300宿州市Suzhou 341400巢湖市Chaohu 341500六安市Luan 341600亳州市Bozhou "
    "341700池州市Chizhou 341800宣城市Xuancheng 350100福州市Fuzhou 350200厦门市Xiamen "
    "350300莆田市Putian 350400三明市Sanming 350500泉州市Quanzhou 350600漳州市Zhangzhou "
    "350700南平市Nanping 350800龙岩市Longyan 350900宁德市Ningde 360100南昌市Nanchang "
    "360200景德镇市Jingdezhen 360300萍乡市Pingxiang 360400九江市Jiujiang 360500新余市Xinyu "
    "360600鹰潭市Yingtan 360700赣州市Ganzhou 360800吉安市Jian 360900宜春市Yichun "
    "361000抚州市Fuzhou 361100上饶市Shangrao 370100济南市Jinan 370200青岛市Qingdao "
    "370300淄博市Zibo 370400枣庄市Zaozhuang 370500东营市Dongying 370600烟台市Yantai "
    "370700潍坊市Weifang 370800济宁市Jining 370900泰安市Taian 371000威海市Weihai "
    "371100日照市Rizhao 371200莱芜市Laiwu 371300临沂市Linyi 371400德州市Dezhou "
    "371500聊城市Liaocheng 371600滨州市Binzhou 371700菏泽市Heze 410100郑州市Zhengzhou "
    "410200开封市Kaifeng 410300洛阳市Luoyang 410400平顶山市Pingdingshan 410500安阳市Anyang "
    "410600鹤壁市Hebi 410700新乡市Xinxiang 410800焦作市Jiaozuo 410900濮阳市Puyang "
    "411000许昌市Xuchang 411100漯河市Luohe 411200三门峡市Sanmenxia 411300南阳市Nanyang "
    "411400商丘市Shangqiu 411500信阳市Xinyang 411600周口市Zhoukou 411700驻马店市Zhumadian "
    "419001济源市Jiyuan 420100武汉市Wuhan 420200黄石市Huangshi 420300十堰市Shiyan "
    "420500宜昌市Yichang 420600襄阳市Xiangyang 420700鄂州市Ezhou 420800荆门市Jingmen "
    "420900孝感市Xiaogan 421000荆州市Jingzhou 421100黄冈市Huanggang 421200咸宁市Xianning "
    "421300随州市Suizhou 422800恩施土家族苗族自治州Enshi 429004仙桃市Xiantao 429005潜江市Qianjiang "
    "429006天门市Tianmen 429021神农架林区Shennongjia 430100长沙市Changsha 430200株洲市Zhuzhou "
    "430300湘潭市Xiangtan 430400衡阳市Hengyang 430500邵阳市Shaoyang 430600岳阳市Yueyang "
    "430700常德市Changde 430800张家界市Zhangjiajie 430900益阳市Yiyang 431000郴州市Chenzhou "
    "431100永州市Yongzhou 431200怀化市Huaihua 431300娄底市Loudi 433100湘西土家族苗族自治州Xiangxi "
    "440100广州市Guangzhou 440200韶关市Shaoguan 440300深圳市Shenzhen 440400珠海市Zhuhai "
    "440500汕头市Shantou 440600佛山市Foshan 440700江门市Jiangmen 440800湛江市Zhanjiang "
    "440900茂名市Maoming 441200肇庆市Zhaoqing 441300惠州市Huizhou 441400梅州市Meizhou "
    "441500汕尾市Shanwei 441600河源市Heyuan 441700阳江市Yangjiang 441800清远市Qingyuan "
    "441900东莞市Dongguan 442000中山市Zhongshan 445100潮州市Chaozhou 445200揭阳市Jieyang "
    "445300云浮市Yunfu 450100南宁市Nanning 450200柳州市Liuzhou 450300桂林市Guilin "
    "450400梧州市Wuzhou 450500北海市Beihai 450600防城港市Fangchenggang 450700钦州市Qinzhou "
    "450800贵港市Guigang 450900玉林市Yulin 451000百色市Baise/Bose 451100贺州市Hezhou "
    "451200河池市Hechi 451300来宾市Laibin 451400崇左市Chongzuo 460100海口市Haikou "
    "460200三亚市Sanya 460300三沙市Sansha 460400儋州市Danzhou 469001五指山市Wuzhishan "
    "469002琼海市Qionghai 469005文昌市Wenchang 469006万宁市Wanning 469007东方市Dongfang "
    "469021定安县Dingan 469022屯昌县Tunchang 469023澄迈县Chengmai 469024临高县Lingao "
    "469025白沙黎族自治县Baisha 469026昌江黎族自治县Changjiang 469027乐东黎族自治县Ledong "
    "469028陵水黎族自治县Lingshui 469029保亭黎族苗族自治县Baoting 469030琼中黎族苗族自治县Qiongzhong "
    "500000重庆市Chongqing 510100成都市Chengdu 510300自贡市Zigong 510400攀枝花市Panzhihua "
    "510500泸州市Luzhou 510600德阳市Deyang 510700绵阳市Mianyang 510800广元市Guangyuan "
    "510900遂宁市Suining 511000内江市Neijiang 511100乐山市Leshan 511300南充市Nanchong "
    "511400眉山市Meishan 511500宜宾市Yibin 511600广安市Guangan 511700达州市Dazhou "
    "511800雅安市Yaan 511900巴中市Bazhong 512000资阳市Ziyang 513200阿坝藏族羌族自治州Aba/Ngawa "
    "513300甘孜藏族自治州Garze/Ganzi 513400凉山彝族自治州Liangshan 520100贵阳市Guiyang "
    "520200六盘水市Liupanshui 520300遵义市Zunyi 520400安顺市Anshun 520500毕节市Bijie "
    "520600铜仁市Tongren 522300黔西南布依族苗族自治州Qianxinan 522600黔东南苗族侗族自治州Qiandongnan "
    "522700黔南布依族苗族自治州Qiannan 530100昆明市Kunming 530300曲靖市Qujing 530400玉溪市Yuxi "
    "530500保山市Baoshan 530600昭通市Zhaotong 530700丽江市Lijiang 530800普洱市Puer "
    "530900临沧市Lincang 532300楚雄彝族自治州Chuxiong 532500红河哈尼族彝族自治州Honghe "
    "532600文山壮族苗族自治州Wenshan 532800西双版纳傣族自治州Xishuangbanna 532900大理白族自治州Dali "
    "533100德宏傣族景颇族自治州Dehong 533300怒江傈僳族自治州Nujiang 533400迪庆藏族自治州Diqing/Deqen "
    "540100拉萨市Lhasa/Lasa 540200日喀则市Xigaze/Shigatse/Rikaze "
    "540300昌都市Qamdo/Changdu/Chamdo 540400林芝市Nyingchi/Linzhi "
    "540500山南市Shannan/Lhoka 540600那曲市Nagqu/Naqu/Nagchu 542500阿里地区Ngari/Ali "
    "610100西安市Xian 610200铜川市Tongchuan 610300宝鸡市Baoji 610400咸阳市Xianyang "
    "610500渭南市Weinan 610600延安市Yanan 610700汉中市Hanzhong 610800榆林市Yulin "
    "610900安康市Ankang 611000商洛市Shangluo 620100兰州市Lanzhou 620200嘉峪关市Jiayuguan "
    "620300金昌市Jinchang 620400白银市Baiyin 620500天水市Tianshui 620600武威市Wuwei "
    "620700张掖市Zhangye 620800平凉市Pingliang 620900酒泉市Jiuquan 621000庆阳市Qingyang "
    "621100定西市Dingxi 621200陇南市Longnan 622900临夏回族自治州Linxia 623000甘南藏族自治州Gannan "
    "630100西宁市Xining 630200海东市Haidong 632200海北藏族自治州Haibei 632300黄南藏族自治州Huangnan "
    "632500海南藏族自治州Hainan 632600果洛藏族自治州Golog/Guoluo 632700玉树藏族自治州Yushu "
    "632800海西蒙古族藏族自治州Haixi 640100银川市Yinchuan 640200石嘴山市Shizuishan "
    "640300吴忠市Wuzhong 640400固原市Guyuan 640500中卫市Zhongwei "
    "650100乌鲁木齐市Urumqi/Wulumuqi 650200克拉玛依市Karamay/Kelamayi "
    "650400吐鲁番市Turpan/Tulufan/Turfan 650500哈密市Hami/Kumul 652300昌吉回族自治州Changji "
    "652700博尔塔拉蒙古自治州Bortala/Boertala "
    "652800巴音郭楞蒙古自治州Bayingolin/Bayinguoleng/Bayingol 652900阿克苏地区Aksu/Akesu "
    "653000克孜勒苏柯尔克孜自治州Kizilsu/Kezilesu 653100喀什地区Kashgar/Kashi "
    "653200和田地区Hotan/Hetian 654000伊犁哈萨克自治州Ili/Yili 654200塔城地区Tacheng "
    "654300阿勒泰地区Altay/Aletai 659001石河子市Shihezi 659002阿拉尔市Aral/Alaer "
    "659003图木舒克市Tumxuk/Tumushuke 659004五家渠市Wujiaqu 659005北屯市Beitun "
    "659006铁门关市Tiemenguan 659007双河市Shuanghe 659008可克达拉市Kokdala/Kekedala "
    "659009昆玉市Kunyu 659010胡杨河市Huyanghe "
)

PROVINCES: dict[str, tuple[str, str, str]] = {
    entry[:6]: (full, short, english.replace("_", " "))
    for entry in _PROVINCES.split()
    for full, short, english in [entry[6:].split("|")]
}
"""Code → full Chinese name, short Chinese name, English name, of the 31 provincial units of the mainland."""

PROVINCE_CODES: tuple[str, ...] = tuple(PROVINCES)

_LATIN = re.compile("[A-Z].*")

CITIES: dict[str, str] = {entry[:6]: _LATIN.sub("", entry[6:]) for entry in _CITIES.split()}
"""Code → full Chinese name of the four municipalities, the prefectures and the counties run by a province.

Laiwu (371200, joined to Jinan in 2019) and Chaohu (341400, divided in 2011) are there for the years before.
"""

CITY_CODES: tuple[str, ...] = tuple(CITIES)

CITY_LATIN: dict[str, tuple[str, ...]] = {
    entry[:6]: tuple(_LATIN.findall(entry)[0].replace("_", " ").split("/")) for entry in _CITIES.split()
}
"""Code → names in Latin letters: the customary one and pinyin. Several cities share one: 泰州 and 台州 are both Taizhou."""

FORMER_CITIES: dict[str, str] = {
    "襄樊市": "420600", "思茅市": "530800", "思茅地区": "530800", "毕节地区": "520500", "铜仁地区": "520600",
    "海东地区": "630200", "淮阴市": "320800", "达川地区": "511700", "日喀则地区": "540200", "昌都地区": "540300",
    "林芝地区": "540400", "山南地区": "540500", "那曲地区": "540600", "吐鲁番地区": "650400", "哈密地区": "650500",
    "522200": "520600", "522400": "520500", "632100": "630200", "542300": "540200", "542100": "540300",
    "542600": "540400", "542200": "540500", "542400": "540600", "652100": "650400", "652200": "650500",
    "469003": "460400", "110100": "110000", "120100": "120000", "310100": "310000", "500100": "500000",
}  # fmt: skip
"""Former names and former codes → the code of today."""
