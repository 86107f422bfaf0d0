## tile: a part of a plane, or several small planes, in local memory, where windows are reduced.
<%inherit file="/common/kernel.mako"/>
<%def name="algorithm()">\
A work-group reads a tile of the input and its halo into local memory, \
where windows are reduced along the rows, then down \
them, by runs of taps that windows share.</%def>
<%namespace name="signature" file="/common/signature.mako"/>
<%namespace name="flat" file="/gpu/flat_item.mako"/>
<%namespace name="stage" file="/gpu/tile_stage.mako"/>
<%namespace name="tiles" file="/gpu/tile_place.mako"/>
<%namespace name="strips" file="/gpu/tile_strips.mako"/>
<%namespace name="down" file="/gpu/tile_down.mako"/>
<%namespace name="way_out" file="/gpu/tile_store.mako"/>
<%namespace name="block_taps" file="/gpu/block_taps.mako"/>

<%def name="functions()">
// ---- Tiles: where they lie.
${flat.functions()}
% if spec.index or spec.mode.fields:
// ---- States of places that have no tap.
${block_taps.functions(lanes_of(1))}
% endif
</%def>

${signature.kernel()}
{
    ${tiles.place()}
    ${stage.read()}
    barrier(CLK_LOCAL_MEM_FENCE);
    ${strips.along_rows()}
% if spec.ndim == 3:
    ${down.rows()}
% endif
    ${way_out.outputs()}
}
