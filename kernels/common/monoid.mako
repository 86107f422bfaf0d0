## The monoid of a mode for one width: a state, its identity, and how two states combine.
## in: the mode's snippet.
## out: the type state; identity, tap, map, combine_ordered, combine, finalize of the width.
<%namespace name="snippet" file="${context['spec'].mode.path}"/>
<%namespace name="joins" file="/common/combine.mako"/>

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
${joins.combining(lanes)}
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
