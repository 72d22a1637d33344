"""The thirty-six letters and figures of the monogram, cut after the proportions of Roman inscriptions.

Round letters are broad, E, F, L, B, P, R and S narrow; strokes falling to the right are thick, rising ones thin.
"""

from __future__ import annotations

from collections.abc import Mapping

from badges.documents.letterforms import (
    CAP,
    HAIR,
    STEM,
    Glyph,
    Stroke,
    arm,
    beak,
    crossbar,
    peak,
    pen,
    polygon,
    ring,
    slant,
    stem,
    vee,
)

_THIN = 40.0
_OVER = 8.0
_TOP = CAP - HAIR / 2 - 1
_LOW = HAIR / 2 + 1


def _bowl(x: float, reach: float, top: float, low: float) -> Stroke:
    """The round of D, P, B and R: out from a stem, round, and back."""
    middle, start = (top + low) / 2, x + (reach - x) * 0.42
    return pen(
        (x, top), (x + 20, top), (start - 20, top), (start, top),
        (start + (reach - start) * 0.62, top), (reach, top - (top - middle) * 0.42), (reach, middle),
        (reach, low + (middle - low) * 0.42), (start + (reach - start) * 0.62, low), (start, low),
        (start - 20, low), (x + 20, low), (x, low),
    )  # fmt: skip


_ROUND = pen(
    (628, 604), (566, 660), (486, _TOP + _OVER), (392, _TOP + _OVER),
    (212, _TOP + _OVER), (92, 540), (92, 346),
    (92, 150), (214, _LOW - _OVER), (400, _LOW - _OVER),
    (500, _LOW - _OVER), (584, 50), (646, 128),
    weights=(30, 104, 104, 22),
)  # fmt: skip
_ROUND_BEAK = beak((640, 694), (560, 656), tall=190)

CAPITALS: Mapping[str, Glyph] = {
    "A": Glyph(700, (
        peak(48, 340, 634, weights=(_THIN, STEM + 6), foot="lr"),
        crossbar(150, 500, 232),
    )),
    "B": Glyph(560, (stem(84), _bowl(130, 424, _TOP, 372), _bowl(130, 474, 372, _LOW))),
    "C": Glyph(700, (_ROUND, _ROUND_BEAK)),
    "D": Glyph(740, (stem(84), _bowl(130, 646, _TOP, _LOW))),
    "E": Glyph(540, (
        stem(84),
        arm(120, 462, CAP, beak=-150), crossbar(130, 400, 366, beak=74), arm(120, 486, 0, beak=168),
    )),
    "F": Glyph(510, (stem(84), arm(120, 462, CAP, beak=-150), crossbar(130, 396, 352, beak=74))),
    "G": Glyph(750, (_ROUND, _ROUND_BEAK, stem(596, low=92, high=310, foot="", head="lr"))),
    "H": Glyph(760, (stem(84), stem(582), crossbar(160, 600, 366))),
    "I": Glyph(262, (stem(84),)),
    "J": Glyph(330, (
        stem(146, low=560, foot=""),
        pen((193, 600), (193, 420), (193, 260), (193, 120),
            (193, -20), (150, -96), (62, -106), (36, -108), (12, -100), (-12, -84), weights=(STEM, STEM, 60, 26)),
    )),
    "K": Glyph(700, (
        stem(84),
        slant(135, 500, low=283, width=_THIN, head="lr", serif=44),
        slant(556, 236, high=440, width=STEM + 10, foot="lr", serif=44, head_cut=(-35, 30)),
    )),
    "L": Glyph(530, (stem(84), arm(120, 486, 0, beak=178))),
    "M": Glyph(880, (
        slant(88, 132, width=_THIN, foot="lr", head="l"),
        vee(124, 440, 746, weights=(STEM + 4, _THIN), head=""),
        slant(716, 676, width=STEM, foot="lr", head="r"),
    )),
    "N": Glyph(780, (
        stem(104, width=_THIN, head="l"),
        vee(96, 672, 672, weights=(STEM + 12, _THIN), head="r"),
    )),
    "O": Glyph(780, (ring(390, 350, 298, 341),)),
    "P": Glyph(540, (stem(84), _bowl(130, 454, _TOP, 322))),
    "Q": Glyph(780, (
        ring(390, 350, 298, 341),
        pen((372, 20), (470, -20), (560, -150), (790, -148), weights=(76, 18)),
    )),
    "R": Glyph(640, (
        stem(84),
        _bowl(130, 440, _TOP, 352),
        slant(532, 258, high=366, width=STEM + 8, foot="r", serif=48, head_cut=(0, -44)),
    )),
    "S": Glyph(530, (
        pen(
            (404, 606), (372, 660), (330, _TOP + _OVER), (256, _TOP + _OVER),
            (162, _TOP + _OVER), (106, 620), (106, 536),
            (106, 436), (190, 396), (266, 360),
            (352, 320), (430, 272), (430, 178),
            (430, 78), (350, _LOW - _OVER), (244, _LOW - _OVER),
            (166, _LOW - _OVER), (136, 26), (112, 58),
            weights=(30, 90, 108, 108, 90, 30),
        ),
        beak((410, 694), (340, 660), tall=180),
        beak((74, 8), (146, 40), tall=-184),
    )),
    "T": Glyph(640, (
        stem(273, head=""),
        arm(320, 596, CAP, beak=-160), arm(320, 44, CAP, beak=-160),
    )),
    "U": Glyph(740, (
        stem(92, low=560, foot=""),
        pen((139, 600), (139, 480), (139, 360), (139, 260),
            (139, 90), (220, _LOW - _OVER), (366, _LOW - _OVER),
            (520, _LOW - _OVER), (612, 90), (612, 260),
            (612, 360), (612, 480), (612, 600), weights=(STEM, STEM, 80, _THIN, _THIN)),
        stem(592, low=560, width=_THIN, foot=""),
    )),
    "V": Glyph(700, (
        vee(44, 356, 648, weights=(STEM + 6, _THIN)),
    )),
    "W": Glyph(980, (
        vee(44, 310, 530, weights=(STEM + 4, _THIN), head="l"),
        vee(420, 676, 930, weights=(STEM + 4, _THIN)),
    )),
    "X": Glyph(690, (
        slant(514, 62, width=STEM + 14, foot="lr", head="lr", serif=42),
        slant(70, 552, width=_THIN, foot="lr", head="lr", serif=42),
    )),
    "Y": Glyph(660, (
        stem(288, high=330, head=""),
        slant(286, 44, low=300, width=STEM + 2, head="lr", serif=44),
        slant(342, 564, low=300, width=_THIN, head="lr", serif=44),
    )),
    "Z": Glyph(620, (
        slant(52, 440, width=STEM + 26),
        arm(540, 76, CAP, beak=-150),
        arm(72, 562, 0, beak=168),
    )),
}  # fmt: skip

NUMERALS: Mapping[str, Glyph] = {
    "0": Glyph(600, (ring(300, 350, 212, 341),)),
    "1": Glyph(380, (
        stem(150, head=""),
        polygon((150, 700), (244, 700), (244, 660), (150, 640), (66, 588), (60, 606)),
    )),
    "2": Glyph(560, (
        pen((84, 520), (96, 630), (166, _TOP + _OVER), (262, _TOP + _OVER),
            (368, _TOP + _OVER), (434, 610), (434, 512),
            (434, 350), (260, 220), (104, 36), weights=(60, 76, 90, 70)),
        arm(66, 486, 0, beak=168, weight=52),
    )),
    "3": Glyph(550, (
        pen((86, 590), (120, 650), (180, _TOP + _OVER), (256, _TOP + _OVER),
            (352, _TOP + _OVER), (408, 620), (408, 540), (408, 430), (310, 384), (200, 380), weights=(30, 80, 90, 84)),
        pen((200, 380), (350, 384), (444, 310), (444, 196),
            (444, 80), (360, _LOW - _OVER), (240, _LOW - _OVER), (160, _LOW - _OVER), (96, 50), (70, 130),
            weights=(84, 96, 90, 30)),
    )),
    "4": Glyph(600, (
        stem(366, head=""),
        slant(36, 366, low=212, width=46),
        crossbar(36, 560, 196, weight=40),
    )),
    "5": Glyph(550, (
        pen((146, 408), (180, 432), (224, 440), (268, 440),
            (380, 440), (446, 360), (446, 236),
            (446, 100), (360, _LOW - _OVER), (236, _LOW - _OVER), (160, _LOW - _OVER), (96, 50), (70, 130),
            weights=(84, 96, 90, 30)),
        slant(128, 156, low=396, width=30),
        polygon((156, 700), (440, 700), (428, 620), (156, 632)),
    )),
    "6": Glyph(590, (
        ring(304, 220, 200, 210),
        pen((470, 676), (300, 640), (98, 480), (104, 220), weights=(40, 80, STEM)),
    )),
    "7": Glyph(550, (
        slant(140, 410, width=STEM),
        arm(486, 66, CAP, beak=-164, weight=48),
    )),
    "8": Glyph(580, (ring(290, 530, 152, 162), ring(290, 192, 198, 184))),
    "9": Glyph(590, (
        ring(286, 480, 200, 210),
        pen((120, 24), (290, 60), (492, 220), (486, 480), weights=(40, 80, STEM)),
    )),
}  # fmt: skip
