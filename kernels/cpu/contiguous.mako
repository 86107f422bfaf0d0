## runs: an item per band of output rows; each output reduces its own rows in vectors along them.
## The CPU shape for windows of long rows. Rows that lie one behind the other are one.
<%inherit file="/common/kernel.mako"/>
<%def name="algorithm()">
    An output reduces the contiguous runs of its window in vectors along them, then joins the
    lanes.
</%def>
<%namespace name="merge" file="/common/merge.mako"/>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>
<%namespace name="taps" file="/common/tap.mako"/>
<%namespace name="items" file="/common/work_items.mako"/>
<%namespace name="signature" file="/common/signature.mako"/>
<%namespace name="output" file="/common/output.mako"/>
<%namespace name="rows" file="/cpu/common/bands.mako"/>
<%namespace name="run" file="/cpu/contiguous_run.mako"/>

<%def name="functions()">
// ---- Joining: of what the lanes of vectors found.
% for n in widths:
${merge.merge(lanes_of(n))}
% endfor
${merge.join(lanes_of(spec.width))}
</%def>

<%
    n, position, axes = spec.width, spec.position, spec.axes
    one, many = lanes_of(1), lanes_of(n)
    index = lambda at: f", steps + ({position})(flat_row + {at})" if spec.index else ""
    behind = lambda inner, axis: " && ".join(
        [f"rows_{inner} == 1"] * (inner != "w")
        + [f"(g.x_{axis} == length)"]
        + [f"(g.flat_{axis} == length)"] * bool(spec.index)
    )
    tap = lambda at: f"tap{n}({taps.mapped(many, 'row + ' + at)}{index(at)})"
    add = lambda v, at: f"part{v} = combine{n}(part{v}, {tap(at)});"
%>
${signature.kernel()}
{
    ${rows.band()}
% if spec.index:
    const ${many.index} steps = ${many.steps(1)};
% endif
    for (long next = first; next < last;) {
        ${rows.plane()}
        for (; line < stop; ++line) {
            ${items.line()}
            for (${position} ow = 0; ow < g.out_w; ++ow) {
                ${window.start("w", "ow")}
% for axis in axes:
                ${window.valid(axis)}
% endfor
                // Rows that lie one behind the other are one run.
                ${position} length = n_w;
% for inner, axis in zip(axes[::-1], axes[-2::-1]):
                ${position} rows_${axis} = n_${axis};
                if (${behind(inner, axis)}) {
                    length *= n_${axis};
                    rows_${axis} = 1;
                }
% endfor
                state${n} part0 = identity${n}();
                state1 acc = identity1();
                const ${position} w = ${window.place("w", "0")};
% for axis in axes[:-1]:
                for (${position} row_${axis} = 0; row_${axis} < rows_${axis}; ++row_${axis}) {
                const ${position} ${axis} = ${window.place(axis, f"row_{axis}")};
% endfor
                const __global ${spec.dtype.storage} *row = ${taps.row()} + w;
% if spec.index:
                const ${position} flat_row = ${taps.flat()};
% endif
                ${run.reduce(add)}
                ${"}" * (spec.ndim - 1)}
                acc = ${merge.merging(one)}(${f"join{n}(part0)" if n > 1 else "part0"}, acc);
                ${output.count(one, axes)}
                ${output.emit(one, "acc", "y_row + ow", "count")}
            }
        }
    }
}
