## The middle of the taps of every window of a block.
## in: what block_rows leaves, the highest number beside the plane.
## out: value by output row and vector.
<%! from math import prod %>
<%namespace name="rows" file="/gpu/block_rows.mako"/>
<%namespace name="columns" file="/gpu/block_columns.mako"/>
<%namespace name="snippet" file="${context['spec'].mode.path}"/>

## Orders the columns, then selects among them by the taps that lie in the plane.
<%def name="reduce()"><%
    lanes, taps = lanes_of(spec.width), prod(spec.kernel)
    numbers = {a.name: [0, len(a.distances) - 1] for a in block.axes[:-1]}
    numbers["c" if block.chunks else "w"] = [0, len(block.units) - 1]
    inside = [f"in_{axis}{n}" for axis, own in numbers.items() for n in sorted({*own})]
    middle = sorted({(taps - 1) // 2, (taps - 1 + averages()) // 2})
    every = sorted({r for end in range(1 + averages())
        for r in middle_ranks(spec.kernel, end).values()})
    vectors = [(line, outputs, vector, own) for line, outputs in enumerate(block.outputs)
        for vector, own in enumerate(block.vectors)]
%>
% for line, outputs in enumerate(block.outputs):
${columns.order(line, block.rows_of(outputs))}
% endfor
% for line, outputs, vector, own in vectors:
${lanes.value} value${line}_${vector};
% endfor
if (${" & ".join(inside)}) {
% for line, outputs, vector, own in vectors:
    // The middle of all taps.
    {
        ${columns.select(lanes, line, own, middle)}
        value${line}_${vector} = ${value(*columns.chosen(middle))};
    }
% endfor
} else {
% for line, outputs, vector, own in vectors:
    // The middle of as many taps as lie in the plane: all others are above it.
    {
        ${columns.select(lanes, line, own, every)}
        ${by_count(lanes, block.rows_of(outputs), own, dict(zip(every, columns.chosen(every))))}
        value${line}_${vector} = ${value(*(f"middle{end}" for end in range(1 + averages())))};
    }
% endfor
}
% if spec.dtype.is_float:
// A window with a NaN has no middle.
%   for line, outputs, vector, own in vectors:
value${line}_${vector} = (${columns.has_nan(lanes, line, own)}) \
    ? ${lanes.splat(identity, spec.accumulator)} : value${line}_${vector};
%   endfor
% endif
</%def>

## The lower and the upper middle by the number of taps in the plane.
<%def name="by_count(lanes, own, outputs, ranks)"><%
    down = " + ".join(atom(rows.row_inside(n)) for n in own) if spec.ndim > 1 else "-1"
    across = " + ".join(f"({lanes.mask})({', '.join(f'in_w{block.row.number(p)}' for p in places)})"
        for places in block.taps(outputs))
%>
const ${lanes.mask} count = ${lanes.splat(down, lanes.mask_base)} * (${across});
% for end in range(1 + averages()):
${lanes.value} middle${end} = ${lanes.splat(identity, spec.accumulator)};
%   for n, rank in middle_ranks(spec.kernel, end).items():
middle${end} = (count >= ${lanes.splat(str(n), lanes.mask_base)}) ? ${ranks[rank]} : middle${end};
%   endfor
% endfor
</%def>

<%def name="averages()"><% return spec.mode.option("gives") == "mean" %></%def>

## One number, or the mean of two. Zeros lose their sign.
<%def name="value(*found)" buffered="True" filter="trim"><%
    each = [f"({name} + 0.0f)" if spec.dtype.is_float else name for name in found]
%>${snippet.mean(each[0], each[-1]) if averages() else each[0]}</%def>
