## tile_listed: rows of outputs whose listed windows are reduced down the columns, then along them.
<%inherit file="/common/kernel.mako"/>
<%def name="algorithm()">\
A work-group reduces the windows of some rows of outputs down each column of the input into local \
memory, then the columns of each window.</%def>
<%namespace name="signature" file="/common/signature.mako"/>
<%namespace name="flat" file="/gpu/flat_item.mako"/>
<%namespace name="tiles" file="/gpu/tile_place.mako"/>
<%namespace name="window" file="/windows/listed.mako"/>
<%namespace name="merge" file="/common/merge.mako"/>
<%namespace name="one" file="/common/tap.mako"/>
<%namespace name="output" file="/common/output.mako"/>

<%def name="functions()">
// ---- Rows: where they lie.
${flat.functions()}
// ---- Joining: of the columns of a window.
${merge.merge(lanes_of(1))}
</%def>

## Where row number `line` of the tile lies, and where its windows begin and end along other axes.
<%def name="row()"><% rest = "first + line" %>\
% for axis, left in zip(spec.axes[-2::-1], ("slices", "planes")):
${flat.split(rest, "planes" if axis == spec.axes[0] else left, axis, "o" + axis, 1)}
<% rest = "slices" %>\
% endfor
${flat.planes("planes" if spec.ndim > 1 else "first + line")}
% for axis in spec.axes[:-1]:
${window.start(axis, "o" + axis)}
% endfor
</%def>

<% lanes, group = lanes_of(1), spec.thresholds.group_items %>
${signature.kernel()}
{
    // The rows of this work-group.
    const uint item = get_local_id(0);
    const uint first = get_global_id(0) / ${group} * (uint)g.lines;
    const uint lines = min((uint)g.lines, (uint)g.rows - first);
    __local state1 columns[${spec.tile}];
    // Down the columns: work-items side by side read neighbouring elements.
    for (uint number = item; number < lines * (uint)g.valid_w; number += ${group}) {
        ${tiles.split("number", "line", "column", "valid_w")}
        ${row()}
        const ${spec.position} w = column;
        state1 acc = identity1();
% for axis in spec.axes[:-1]:
        ${window.taps(axis)}
% endfor
        const ${spec.offset} at = ${one.row()} + w;
        acc = combine1(acc, ${one.tap(lanes, "at")});
${"}" * (spec.ndim - 1)}
        columns[number] = acc;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    // Along the columns of each window.
    for (uint number = item; number < lines * (uint)g.tile_w; number += ${group}) {
        ${tiles.split("number", "line", "ow", "tile_w")}
        ${row()}
        ${window.start("w", "ow")}
        const __local state1 *const from = columns + line * (uint)g.valid_w;
        state1 acc = identity1();
        ${window.taps("w")}
            const state1 found = from[w];
            acc = ${merge.merging(lanes)}(acc, found);
        }
        const ${spec.offset} at = y_plane${"".join(f" + o{axis} * g.y_{axis}"
            for axis in spec.axes[:-1])} + ow;
        ${output.count(lanes, spec.axes)}
        ${output.emit(lanes, "acc", "at", "count")}
    }
}
