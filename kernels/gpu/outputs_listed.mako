## outputs_listed: some rows of a column of outputs per item, in several planes, by listed windows.
<%inherit file="/common/kernel.mako"/>
<%def name="algorithm()">
    A work-item reduces the windows of some rows of a column, in several planes: it reads bounds
    once for all planes, and taps once for all rows.
</%def>
<%namespace name="signature" file="/common/signature.mako"/>
<%namespace name="flat" file="/gpu/flat_item.mako"/>
<%namespace name="places" file="/gpu/listed_places.mako"/>
<%namespace name="column" file="/gpu/listed_column.mako"/>
<%namespace name="output" file="/common/output.mako"/>
<%namespace name="looks" file="/gpu/listed_indices.mako"/>

<%def name="functions()">
// ---- Blocks: where they lie.
${flat.functions()}
% if spec.mode.refuses:
// ---- Indices: whether they are taps of their own windows.
${looks.functions(lanes_of(spec.width))}
% endif
</%def>

<% lanes, rows, planes = lanes_of(spec.width), places.rows(), range(spec.tile) %>
${signature.kernel()}
{
    ${flat.item(spec.tile)}
    ${column.bounds()}
    ${column.reduce(lanes)}
    // The outputs.
% for row in range(rows):
    ${f"if ({plus('oh', row)} < ({spec.position})g.out_h) " if row else ""}{
%   if rows > 1 and spec.mode.divides:
        const ${spec.position} h0 = h0_${row}, h1 = h1_${row};
%   endif
        const ${spec.offset} at = ${places.output(row)};
        ${output.count(lanes, spec.axes)}
%   for plane in planes:
        ${output.emit(lanes, f"acc{row}_{plane}", plus("at", places.plane("y", plane)), "count")}
%   endfor
    }
% endfor
}
