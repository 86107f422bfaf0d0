## scatter_outputs: a block of outputs per item, of indices that lie in their own windows.
<%inherit file="/common/kernel.mako"/>
<%def name="algorithm()">
    A work-item reads the values and indices of the windows that cover its block of outputs, and
    gives each output the last value whose index is its own.
</%def>
<%namespace name="memory" file="/common/access.mako"/>
<%namespace name="signature" file="/common/signature.mako"/>
<%namespace name="flat" file="/gpu/flat_item.mako"/>
<%namespace name="rows" file="/gpu/block_rows.mako"/>
<%namespace name="hand" file="/gpu/block_at_hand.mako"/>
<%namespace name="elements" file="/gpu/block_elements.mako"/>
<%namespace name="looks" file="/gpu/block_indices.mako"/>
<%namespace name="way_out" file="/gpu/block_store.mako"/>

<%def name="functions()">
// ---- Blocks: where they lie.
${flat.functions()}
</%def>

## Whether the indices of one window for every lane are the lanes' own.
<%def name="same(number, places, line, vector)" buffered="True" filter="trim"><%
    lanes = lanes_of(spec.width)
    test = f"{elements.joined('place', number, places, spec.position, '-1')} == here{line}_{vector}"
    alike = lanes.n == 1 or lanes.mask == lanes.index_mask
%>${f"({test})" if alike else memory.convert(lanes, lanes.mask_base, test)}</%def>

<%
    lanes, unit = lanes_of(spec.width), rows.unit()
    tag = "c" if block.chunks else "w"
    absent = unit.splat("-1", spec.position) if unit.n > 1 else "-1"
%>
${signature.kernel()}
{
    ${flat.item()}
    ${rows.read()}
    ${looks.every()}
    // Places in the plane; of windows that do not exist, none.
% for number in range(len(block.rows)):
%   for n in range(len(block.units)):
<% inside = " & ".join(filter(None, [rows.row_inside(number), f"in_{tag}{n}"])) %>\
    const ${unit.index} place${number}_${n} = ${atom(inside)} ? indices${number}_${n} : ${absent};
%   endfor
% endfor
    // The outputs of the block: the last of several values stays.
    ${hand.at_hand(lanes)}
% for line, outputs in enumerate(block.outputs):
%   for vector, columns in enumerate(block.vectors):
    ${lanes.value} value${line}_${vector} = 0;
%     for number in block.rows_of(outputs):
%       for places in block.taps(columns):
<%
    name = f"value{line}_{vector}"
    tap = elements.joined("x", number, places, spec.accumulator, "0")
%>\
    ${name} = ${same(number, places, line, vector)} ? ${tap} : ${name};
%       endfor
%     endfor
%   endfor
% endfor
    ${way_out.store()}
}
