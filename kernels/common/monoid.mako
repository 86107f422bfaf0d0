## The monoid of a mode for one width: a state, its identity, and how two states combine.
## in: the mode's snippet.
## out: the type state; identity, tap, lift, follow, combine, finish of the width.
<%namespace name="snippet" file="${context['spec'].mode.path}"/>
<%namespace name="memory" file="/common/access.mako"/>

<%def name="algebra(lanes)">
// A state${f' in each of {lanes.n} lanes' if lanes.n > 1 else ''}.
typedef struct {
    ${lanes.value} ${", ".join(["value", *spec.mode.parts])};
% if spec.index:
    ${lanes.index} index;
% endif
} state${lanes.n};

static state${lanes.n} identity${lanes.n}(void)
{
    state${lanes.n} none;
    none.value = ${identity};
% if spec.mode.parts:
    ${capture(snippet.empty, lanes).strip()}
% endif
% if spec.index:
    none.index = -1;
% endif
    return none;
}

static state${lanes.n} tap${lanes.n}(${lanes.value} value${f", {lanes.index} index" if spec.index else ""})
{
    state${lanes.n} one;
    one.value = value;
% if spec.mode.parts:
    ${capture(snippet.begin, lanes).strip()}
% endif
% if spec.index:
    one.index = index;
% endif
    return one;
}

% if spec.mode.lifts:
<% types = {name: lanes.value for name in spec.mode.takes} | {"chosen": lanes.mask, "power": spec.accumulator} %>\
static ${lanes.value} lift${lanes.n}(const ${lanes.value} tap${"".join(f", const {types[name]} {name}" for name in spec.mode.takes)})
{
    return ${capture(snippet.lift, lanes).strip()};
}

% endif
% if spec.index:
<% chosen = "wins" if lanes.index_mask == lanes.mask else memory.convert(lanes, spec.position, "wins") %>\
// a lies before b in row-major order, and has a tap, unless neither has one (index -1).
static state${lanes.n} follow${lanes.n}(state${lanes.n} a, const state${lanes.n} b)
{
    const ${lanes.mask} wins = ${capture(snippet.wins).strip()};
    a.index = ${chosen} ? b.index : a.index;
    a.value = wins ? b.value : a.value;
    return a;
}

// The same, of an a that may have none, and then yields to its equal.
% endif
static state${lanes.n} combine${lanes.n}(state${lanes.n} a, const state${lanes.n} b)
{
% if spec.index:
    const ${lanes.index_mask} none = a.index < 0;
    a = follow${lanes.n}(a, b);
    a.index = none ? b.index : a.index;
% elif spec.mode.selects and not hasattr(snippet, "combine"):
    a.value = (${capture(snippet.wins).strip()}) ? b.value : a.value;
% elif spec.mode.parts:
    ${capture(snippet.merge, lanes).strip()}
% else:
    a.value = ${capture(snippet.combine).strip()};
% endif
    return a;
}

% if spec.mode.finishes:
<% more = [f"const {lanes.value} count"] * spec.mode.divides + [f"const {spec.accumulator} power"] * ("power" in spec.mode.takes) %>\
static ${lanes.value} finish${lanes.n}(${", ".join([f"const state{lanes.n} total", *more])})
{
    return ${capture(snippet.finish, lanes).strip()};
}
% endif
</%def>
