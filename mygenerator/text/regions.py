"""What a user may have meant who names a region that Google's numbering plans do not know; for messages only.

A region is the two letters of ISO 3166. People also give a country's name, three letters, a language, a telephone code,
or UK. Used by `numbering_plan`.
"""

from __future__ import annotations

import difflib
import re
from functools import cache

from mygenerator.errors import InputError

_SAID_OTHERWISE = {
    # Two letters of a language, or of another list of countries than ISO 3166.
    "UK": ("GB",),
    "EN": ("GB", "US"),
    "EL": ("GR",),
    "JA": ("JP",),
    "KO": ("KR",),
    "ZH": ("CN",),
    "CS": ("CZ",),
    "DA": ("DK",),
    "HI": ("IN",),
    # Names that are not in Google's list.
    "AMERICA": ("US",),
    "BRITAIN": ("GB",),
    "ENGLAND": ("GB",),
    "GREAT BRITAIN": ("GB",),
    "HOLLAND": ("NL",),
    "KOREA": ("KR",),
    "NORTHERN IRELAND": ("GB",),
    "SCOTLAND": ("GB",),
    "UAE": ("AE",),
    "WALES": ("GB",),
}
# ISO 3166-1 alpha-3. All other codes of three letters begin with the two of the region.
_THREE_LETTERS = """
ABW:AW AGO:AO ALA:AX AND:AD ARE:AE ARM:AM ATA:AQ ATF:TF ATG:AG AUT:AT BDI:BI BEN:BJ BES:BQ BGD:BD BHS:BS BIH:BA BLR:BY
BLZ:BZ BRB:BB BRN:BN CAF:CF CHL:CL CHN:CN COD:CD COG:CG COK:CK COM:KM CPV:CV CUW:CW CYM:KY DNK:DK ESH:EH EST:EE FLK:FK
FRO:FO FSM:FM GIN:GN GLP:GP GNB:GW GNQ:GQ GRD:GD GRL:GL GUF:GF GUY:GY IRL:IE IRQ:IQ ISR:IL JAM:JM KAZ:KZ KOR:KR LBR:LR
LBY:LY MAC:MO MAF:MF MDG:MG MDV:MV MEX:MX MLT:MT MNE:ME MNP:MP MOZ:MZ MTQ:MQ MYT:YT NIU:NU PAK:PK PCN:PN PLW:PW PNG:PG
POL:PL PRK:KP PRT:PT PRY:PY PYF:PF SEN:SN SGS:GS SLB:SB SLV:SV SPM:PM SRB:RS SUR:SR SVK:SK SVN:SI SWE:SE SWZ:SZ SYC:SC
TCD:TD TKM:TM TUN:TN TUR:TR TUV:TV UKR:UA URY:UY WLF:WF
"""


def unknown_region(region: object) -> InputError:
    """The error for a region that is not known, with the one that may be meant."""
    import phonenumbers

    known = phonenumbers.SUPPORTED_REGIONS
    meant = [code for code in _meant(str(region).strip()) if code in known]
    return InputError(
        f"unknown region {region!r}",
        allowed=f"the two capital letters of ISO 3166 for one of {len(known)} regions, such as JP or GB",
        do=f"did you mean {' or '.join(map(_shown, meant))}?" if meant else None,
    )


def _meant(given: str) -> tuple[str, ...]:
    """The codes that may be meant, likeliest first."""
    import phonenumbers

    capitals = given.upper()
    if capitals in phonenumbers.SUPPORTED_REGIONS:
        return (capitals,)
    if capitals in _SAID_OTHERWISE:
        return _SAID_OTHERWISE[capitals]
    digits = given.removeprefix("+")
    if re.fullmatch("[1-9][0-9]{0,2}", digits):  # a telephone code; of several regions with it, the main one is first
        return phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(digits), ())[:1]
    language, _, region = capitals.replace("_", "-").partition("-")
    if len(language) == 2 and region[:2] in phonenumbers.SUPPORTED_REGIONS:  # a locale, such as en_GB.UTF-8
        return (region[:2],)
    if len(capitals) == 3 and capitals.isalpha():
        codes = dict(entry.split(":") for entry in _THREE_LETTERS.split())
        return (codes.get(capitals, capitals[:2]),)
    return _named(given.casefold())


def _named(name: str) -> tuple[str, ...]:
    """The region that has this name in any language, or nearly this name in English."""
    codes = {each.casefold(): code for code, names in _names().items() for each in names.values()}
    english = {names["en"].casefold(): code for code, names in _names().items() if "en" in names}
    near = difflib.get_close_matches(name, english, n=1, cutoff=0.75)
    return (codes[name],) if name in codes else tuple(english[each] for each in near)


def _shown(code: str) -> str:
    name = _names().get(code, {}).get("en")
    return f"{code!r} ({name})" if name else repr(code)


@cache
def _names() -> dict[str, dict[str, str]]:
    """The names of every region by language; none if they are not installed."""
    try:
        from phonenumbers.geodata.locale import LOCALE_DATA
    except ImportError:  # the small edition of phonenumbers leaves them out
        return {}
    # "*aa" instead of a name means: as in the language aa.
    return {
        code: {language: names.get(name[1:], "") if name.startswith("*") else name for language, name in names.items()}
        for code, names in LOCALE_DATA.items()
    }
