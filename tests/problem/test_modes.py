"""The registry of modes."""

import re

import pytest

from clpool import modes, reference
from clpool.dtypes import ELEMENT_TYPES
from clpool.errors import ArgumentTypeError, ArgumentValueError
from clpool.modes import MODES, Mode


@pytest.fixture
def registry(monkeypatch):
    """A registry of modes that forgets what a test adds."""
    monkeypatch.setattr(modes, "MODES", dict(MODES))
    return modes


def toy(**options):
    """A mode that no one else registers."""
    return Mode("toy", lambda element, nan: "0", **{"source": "text", **options})


def test_the_first_modes_are_registered_under_their_own_names():
    """max, min, sum and avg are there, and every entry bears its key's name."""
    assert {"max", "min", "sum", "avg"} <= set(MODES)
    assert all(mode.name == name for name, mode in MODES.items())


def test_a_registered_mode_is_found(registry):
    """What is registered can be found, and registering it again changes nothing."""
    mode = registry.register(toy())
    assert registry.find("toy") is mode
    registry.register(mode)
    assert registry.find("toy") == mode


def test_another_mode_of_the_same_name_is_refused(registry):
    """A name means one mode."""
    registry.register(toy())
    with pytest.raises(ArgumentValueError, match="'toy' is already registered"):
        registry.register(toy(selects=True))


@pytest.mark.parametrize(
    ("source", "options", "words"),
    [
        ("finalize()", {}, "finalizes=False, and its snippet defines finalize"),
        ("map(lanes)", {}, "maps=False, and its snippet defines map"),
        ("combine()", {"finalizes": True}, "finalizes=True, and its snippet does not define final"),
        ("combine()", {"selects": True}, "selects=True, and its snippet does not define replaces"),
        ("combine(lanes)", {}, "allowed: combine(lanes), of statements, with fields"),
    ],
)
def test_a_snippet_that_the_entry_does_not_fit_is_refused(registry, source, options, words):
    """Both names are said, before a kernel is made of them."""
    with pytest.raises(ArgumentValueError, match=re.escape(words)):
        registry.register(toy(source=f'<%def name="{source}">a.value</%def>', **options))
    assert "toy" not in registry.MODES


def test_an_unknown_mode_lists_those_there_are():
    """The error for an unknown mode names it and what is allowed."""
    with pytest.raises(ArgumentValueError, match=r"'maximum' is unknown; allowed: max, min"):
        modes.find("maximum")


@pytest.mark.parametrize("options", [{"source": None}, {"template": "max.mako"}])
def test_a_mode_has_either_a_template_or_a_source(options):
    """A mode with no snippet, or with two, is refused."""
    with pytest.raises(ArgumentValueError, match="either a template"):
        toy(**options)


@pytest.mark.parametrize("name", list(MODES))
def test_identities_are_literals_of_every_allowed_type(name):
    """Every mode says its identity for every dtype it allows, under both NaN policies."""
    mode = MODES[name]
    for element in ELEMENT_TYPES.values():
        if element.kind in mode.kinds:
            for nan in ("propagate", "ignore"):
                assert isinstance(mode.identity(element, nan), str)


def test_an_extremums_identity_is_the_worst_value_and_nan_where_nan_is_ignored():
    """Padding cannot win: -inf or the type's minimum for max; NaN loses where it is ignored."""
    for name, literal in (("max", "-INFINITY"), ("min", "INFINITY")):
        identity = MODES[name].identity
        assert identity(ELEMENT_TYPES["float32"], "propagate") == literal
        assert identity(ELEMENT_TYPES["bfloat16"], "ignore") == "NAN"
    assert MODES["max"].identity(ELEMENT_TYPES["int8"], "ignore") == "CHAR_MIN"
    assert MODES["min"].identity(ELEMENT_TYPES["uint16"], "propagate") == "USHRT_MAX"
    assert MODES["max"].identity(ELEMENT_TYPES["uint64"], "propagate") == "0"


def test_a_second_reference_for_a_mode_is_refused():
    """A mode has one oracle."""
    with pytest.raises(ArgumentValueError, match="'max' already has a reference"):
        reference.register("max")(lambda taps: taps.x)


@pytest.mark.parametrize(("old", "new"), modes.RENAMED.items())
def test_a_field_of_another_name_is_refused(old, new):
    """The error says what the field is called."""
    with pytest.raises(ArgumentTypeError, match=f"'{old}' is called '{new}'"):
        toy(**{old: True})
    assert hasattr(toy(), new)


def test_inputs_are_those_there_are():
    """An unknown one is refused with the list of those that a map may take."""
    with pytest.raises(ArgumentValueError, match=r"'toy' has inputs \['own'\]; allowed: power, "):
        toy(inputs=("count", "own"))


def test_what_divides_finalizes():
    """An average without a finalize would be a sum."""
    with pytest.raises(ArgumentValueError, match="'toy' divides, so it needs finalizes=True"):
        toy(divides=True)
