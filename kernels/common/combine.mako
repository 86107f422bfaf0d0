## How two states of a mode combine, the first of which lies before the second.
## in: state of the width, and the mode's snippet.
## out: combine_ordered where there are indices, and combine, of the width.
<%namespace name="snippet" file="${context['spec'].mode.path}"/>
<%namespace name="memory" file="/common/access.mako"/>

<%def name="combining(lanes)">
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
</%def>
