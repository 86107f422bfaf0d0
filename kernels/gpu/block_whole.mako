## Windows whose taps are all at hand: reduced at once, without a state for each tap.
## in: what block_rows leaves, the identity's value beside the plane.
## out: acc by output row and vector of reduce().
<%namespace name="elements" file="/gpu/block_elements.mako"/>
<%namespace name="snippet" file="${context['spec'].mode.path}"/>

<%def name="reduce()"><% lanes = lanes_of(spec.width) %>
% for line, outputs in enumerate(block.outputs):
%   for vector, columns in enumerate(block.vectors):
<%
    spots = [(number, places)
        for number in block.rows_of(outputs) for places in block.taps(columns)]
    taps = [f"element{n}" for n in range(len(spots))]
%>
state${lanes.n} acc${line}_${vector};
{
%     for tap, (number, places) in zip(taps, spots):
    const ${lanes.value} ${tap} \
        = ${elements.joined("x", number, places, spec.accumulator, identity)};
%     endfor
    ${snippet.whole(lanes, taps, f"acc{line}_{vector}")}
}
%   endfor
% endfor
</%def>
