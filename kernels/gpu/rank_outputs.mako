## rank_outputs: a block of outputs per item, each the middle of its window's taps.
<%inherit file="/common/kernel.mako"/>
<%def name="algorithm()">
    A work-item reads every row of the windows of its block of outputs, puts the columns in order
    that the windows share, then selects the middle of each window.
</%def>
<%namespace name="signature" file="/common/signature.mako"/>
<%namespace name="flat" file="/gpu/flat_item.mako"/>
<%namespace name="rows" file="/gpu/block_rows.mako"/>
<%namespace name="columns" file="/gpu/block_columns.mako"/>
<%namespace name="middles" file="/gpu/block_middles.mako"/>
<%namespace name="way_out" file="/gpu/block_store.mako"/>

<%def name="functions()">
// ---- Blocks: where they lie.
${flat.functions()}
// ---- Order.
% for n in widths:
${columns.functions(lanes_of(n))}
% endfor
</%def>

${signature.kernel()}
{
    ${flat.item()}
    ${rows.read()}
    ${middles.reduce()}
    ${way_out.store()}
}
