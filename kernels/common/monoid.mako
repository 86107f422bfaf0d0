## The monoid of a mode for one width: a state, its identity, and how two states combine.
## in: the mode's snippet.
## out: the type state; identity, tap, map, combine_ordered, combine, finalize of the width.
<%namespace name="snippet" file="${context['spec'].mode.path}"/>
<%namespace name="memory" file="/common/access.mako"/>

<%def name="algebra(lanes)">
// A state${f' in each of {lanes.n} lanes' if lanes.n > 1 else ''}.
typedef struct {
    ${lanes.value} ${", ".join(["value", *spec.mode.fields])};
% if spec.index:
    ${lanes.index} index;
% endif
} state${lanes.n};

static state${lanes.n} identity${lanes.n}(void)
{
    state${lanes.n} none;
    none.value = ${identity};
% if spec.mode.fields:
    ${capture(snippet.identity, lanes).strip()}
% endif
% if spec.index:
    none.index = -1;
% endif
    return none;
}

static state${lanes.n} tap${lanes.n}(${lanes.value} value${(f", {lanes.index} index"
    if spec.index else "")})
{
    state${lanes.n} one;
    one.value = value;
% if spec.mode.fields:
    ${capture(snippet.tap, lanes).strip()}
% endif
% if spec.index:
    one.index = index;
% endif
    return one;
}

% if spec.mode.maps:
<%
    # Of indices a map is told what they say of the element at hand.
    types = {name: lanes.value for name in spec.mode.inputs} | {"indices": lanes.mask,
        "power": spec.accumulator}
    given = [f"const {types[name]} {'selected' if name == 'indices' else name}"
        for name in spec.mode.inputs]
%>\
static ${lanes.value} map${lanes.n}(${", ".join([f"const {lanes.value} tap", *given])})
{
    return ${capture(snippet.map, lanes).strip()};
}

% endif
% if spec.index:
<%
    alike = lanes.index_mask == lanes.mask
    index_replaces = "replaces" if alike else memory.convert(lanes, spec.position, "replaces")
%>\
// a lies before b in row-major order, and has a tap, unless neither has one (index -1).
static state${lanes.n} combine_ordered${lanes.n}(state${lanes.n} a, const state${lanes.n} b)
{
    const ${lanes.mask} replaces = ${capture(snippet.replaces).strip()};
    a.index = ${index_replaces} ? b.index : a.index;
    a.value = replaces ? b.value : a.value;
    return a;
}

// The same, of an a that may have none, and then yields to its equal.
% endif
static state${lanes.n} combine${lanes.n}(state${lanes.n} a, const state${lanes.n} b)
{
% if spec.index:
    const ${lanes.index_mask} none = a.index < 0;
    a = combine_ordered${lanes.n}(a, b);
    a.index = none ? b.index : a.index;
% elif spec.mode.selects and not hasattr(snippet, "combine"):
    a.value = (${capture(snippet.replaces).strip()}) ? b.value : a.value;
% elif spec.mode.fields:
    ${capture(snippet.combine, lanes).strip()}
% else:
    a.value = ${capture(snippet.combine).strip()};
% endif
    return a;
}

% if spec.mode.finalizes:
<%
    more = [f"const {lanes.value} count"] * spec.mode.divides
    more += [f"const {spec.accumulator} power"] * ("power" in spec.mode.inputs)
%>\
static ${lanes.value} finalize${lanes.n}(${", ".join([f"const state{lanes.n} state", *more])})
{
    return ${capture(snippet.finalize, lanes).strip()};
}
% endif
</%def>
