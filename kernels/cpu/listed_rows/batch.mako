## A batch of output lines, a lane of a vector each: what listed_rows.mako does with them.
## in: ow0, in_w, out_w, kept, steps; lane and the line's windows for vertical().
## out: from, end, ow1, last_vector; rows of kept.
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="taps" file="/common/tap.mako"/>
<%namespace name="ahead" file="/common/prefetch.mako"/>
<%namespace name="rows" file="/cpu/common/bands.mako"/>

## The outputs from `ow0` on whose windows fit into a tile of columns.
<%def name="tile()"><% n, position, tile = spec.width, spec.position, spec.tile %>
// Columns `from` to `end` hold the windows of outputs ow0 to ow1.
${window.start("w", "ow0")}
const ${position} from = (w0 < in_w - ${n}) ? w0 : in_w - ${n};
${position} end = w1, ow1 = (in_w <= ${tile}) ? out_w - 1 : ow0 + 1;
for (; ow1 < out_w; ++ow1) {
    ${window.start("w", "ow1")}
    if (w1 - from > ${tile}) break;
    end = w1;
}
const int last_vector = (end - from < ${n}) ? 0 : end - from - ${n};
</%def>

## Combines the rows of the windows of the line at hand into row number `lane` of those kept.
<%def name="vertical()"><%
    n, tile, axes = spec.width, spec.tile, spec.axes
    many, block = lanes_of(n), range(min(tile // n, spec.thresholds.listed_vectors))
    index = ", flat_row" if spec.index else ""
%>
// Combines the rows of the windows of the line.
const ${spec.position} w = from;
% if spec.index:
const ${spec.position} first_row = ${taps.flat(first=True)};
% endif
for (int column = 0; column < end - from; column += ${len(block) * n}) {
% for v in block:
    const int at${v} = (${plus("column", v * n)} < last_vector) \
        ? ${plus("column", v * n)} : last_vector;
    state${n} part${v} = identity${n}();
%   if spec.index:
    part${v}.index = first_row;
%   endif
% endfor
% for axis in axes[:-1]:
    ${window.taps(axis)}
% endfor
    const __global ${spec.dtype.storage} *row = ${taps.row()} + w;
    coming = row;
% if spec.index:
    const ${spec.position} flat_row = ${taps.flat()};
% endif
    ${ahead.read("row + at0", len(block) * n)}
% for v in block:
    part${v} = ${rows.combine_ordered()}(part${v}, tap${n}(${taps.mapped(many,
        f"row + at{v}")}${index}));
% endfor
    ${"}" * (spec.ndim - 1)}
% for v in block:
%   if spec.index:
    part${v}.index += steps + at${v};
%   endif
    put_state${n}(&kept, lane * ${tile} + at${v}, part${v});
% endfor
}
</%def>
