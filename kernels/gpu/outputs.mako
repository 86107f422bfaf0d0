## outputs: a block of outputs per item, whose windows share the rows they are reduced from.
<%inherit file="/common/kernel.mako"/>
<%def name="algorithm()">
    A work-item reads every row of the windows of its block of outputs, then reduces each row
    along, then the rows down.
</%def>
<%namespace name="signature" file="/common/signature.mako"/>
<%namespace name="flat" file="/gpu/flat_item.mako"/>
<%namespace name="rows" file="/gpu/block_rows.mako"/>
<%namespace name="windows" file="/gpu/block_windows.mako"/>
<%namespace name="block_taps" file="/gpu/block_taps.mako"/>
<%namespace name="exponential" file="/common/exponential.mako"/>
<%namespace name="wholes" file="/gpu/block_whole.mako"/>
<%namespace name="way_out" file="/gpu/block_store.mako"/>
<%namespace name="once" file="/gpu/nan_once.mako"/>
<%namespace name="looks" file="/gpu/block_indices.mako"/>

<%def name="functions()">
// ---- Blocks: where they lie.
${flat.functions()}
% if not block.early and spec.layout == "first" and spec.width > 1:
// ---- States of lanes that have no tap.
${block_taps.functions(lanes_of(spec.width))}
% endif
% if spec.mode.whole:
// ---- Weights.
${exponential.function(lanes_of(spec.width))}
% endif
% if spec.nan_fallback:
// ---- Numbers: states of which none is a NaN.
${once.functions(lanes_of(spec.width))}
% endif
</%def>

${signature.kernel()}
{
    ${flat.item()}
    ${rows.read()}
% if spec.mode.refuses:
    ${looks.every()}
% endif
    ${wholes.reduce() if spec.mode.whole else windows.reduce()}
% if spec.nan_fallback:
    ${once.again()}
% endif
    ${way_out.store()}
}
