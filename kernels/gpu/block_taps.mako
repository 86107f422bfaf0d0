## One tap of every lane of a vector of a block.
## in: what block_rows leaves; flat by row; here and input of block_at_hand.
## out: the function present of the width.
<%namespace name="memory" file="/common/access.mako"/>
<%namespace name="elements" file="/gpu/block_elements.mako"/>
<%namespace name="maps" file="/gpu/block_maps.mako"/>

## A state where a lane has a tap, else the identity.
<%def name="functions(lanes)">
static state${lanes.n} present${lanes.n}(const ${lanes.mask} in, state${lanes.n} a)
{
    const state${lanes.n} none = identity${lanes.n}();
% for part in ("value", *spec.mode.fields):
    a.${part} = in ? a.${part} : none.${part};
% endfor
% if spec.index:
    a.index = ${"in" if lanes.mask == lanes.index_mask else memory.convert(lanes, spec.position,
        "in")} ? a.index : none.index;
% endif
    return a;
}
</%def>

<%def name="combine(a, b)" buffered="True" filter="trim">
    ${"combine_numbers" if spec.nan_fallback else "combine"}${spec.width}(${a}, ${b})
</%def>

## The state of one tap of every lane, from row `number`, for output row `line`.
<%def name="tap(number, places, line, vector)" buffered="True" filter="trim"><%
    lanes = lanes_of(spec.width)
    late = spec.mode.maps and not block.maps_early
    value = maps.late(lanes, number, places, line, vector) if late else elements.joined("x", number,
        places, spec.accumulator, identity)
    index = ""
    if spec.index:
        each = ", ".join(plus(f"flat{number}", place or 0) for place in places)
        index = f", ({lanes.index})({each})" if len(places) > 1 else ", " + lanes.splat(each,
            spec.position)
    one = f"tap{lanes.n}({value}{index})"
    if not block.early and len(places) > 1:
        masks = ", ".join(f"in_w{block.row.number(place)}" if place is not None else "0"
            for place in places)
        one = f"present{lanes.n}(({lanes.mask})({masks}), {one})"
%>${one}</%def>
