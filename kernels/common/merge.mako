## Joins states of taps that alternate: those of lanes, or of work-items.
## in: state and combine of the width.
## out: the functions merge and join of the width. merge changes its first state: of one that a loop
##     replaces whole Mesa 22.3 loses the index, where values are shorter.
<%namespace name="snippet" file="${context['spec'].mode.path}"/>
<%namespace name="memory" file="/common/access.mako"/>

## The function that joins two states: combining them will do where none has an index.
<%def name="merging(lanes)" buffered="True" filter="trim">
    ${"merge" if spec.index else "combine"}${lanes.n}
</%def>

<%def name="merge(lanes)">
% if spec.index:
// Joins what was found among taps that alternate: the earlier in row-major order comes first, and
// what holds no tap (index -1) last.
static state${lanes.n} merge${lanes.n}(state${lanes.n} a, const state${lanes.n} b)
{
<%
    unsigned = f"as_{lanes.of('u' + spec.position)}"
    convert = lambda mask: mask if lanes.mask == lanes.index_mask else memory.convert(lanes,
        lanes.mask_base, mask)
    back = lambda mask: mask if lanes.mask == lanes.index_mask else memory.convert(lanes,
        spec.position, mask)
    replaces = capture(snippet.replaces).strip()
    reverse = replaces.replace("a.", "\0.").replace("b.", "a.").replace("\0.", "b.")
%>\
    const ${lanes.index_mask} earlier = ${unsigned}(b.index) < ${unsigned}(a.index);
    const ${lanes.mask} replaces = ${replaces};
    const ${lanes.mask} stays = ${reverse};
    const ${lanes.mask} taken = ${convert("earlier")} \
        ? ${"!" if lanes.n == 1 else "~"}stays : replaces;
    a.value = taken ? b.value : a.value;
    a.index = ${back("taken")} ? b.index : a.index;
    return a;
}
% endif
</%def>

<%def name="join(lanes)">
% if lanes.n > 1:
// Joins all lanes.
static state1 join${lanes.n}(state${lanes.n} found)
{
<% fields = ["value", *spec.mode.fields] + ["index"] * bool(spec.index) %>\
    state${lanes.n} other;
% for apart in (8, 4, 2, 1):
%   if apart < lanes.n:
%     for field in fields:
    other.${field} = found.${field}.s${"".join(f"{(lane + apart) % lanes.n:x}"
        for lane in range(lanes.n))};
%     endfor
    found = ${merging(lanes)}(found, other);
%   endif
% endfor
    state1 one;
% for field in fields:
    one.${field} = found.${field}.s0;
% endfor
    return one;
}
% endif
</%def>
