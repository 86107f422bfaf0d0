## From the taps of one window to a state, whatever the window and the mode.
## in: plane; d0, h0 and w0 of window.start(); od, oh, ow where a map takes the element at hand.
## out: acc of reduce(); here, input_element of element(); loops over row and w of each(), closed by
##     done().
<%namespace name="powers" file="/common/pow.mako"/>
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>

## The row of the input that the enclosing loops are at.
<%def name="row()" buffered="True" filter="trim">
    plane${"".join(f" + {axis} * ({spec.position})g.x_{axis}" for axis in spec.axes[:-1])}
</%def>

## Where a valid tap lies in the flat plane, which is what indices hold: the tap at hand, or the
## `first` of a listed window.
<%def name="flat(first=False)" buffered="True" filter="trim">
    (${spec.position})g.origin${"".join(
        f" + {axis}{'0' if first else ''} * ({spec.position})g.flat_{axis}"
        for axis in spec.axes[:-1])} + w
</%def>

## What a gradient's map needs to know of the element at hand, which is element `at` of the output.
<%def name="element(lanes, at='')">
% if "indices" in spec.mode.inputs:
const ${spec.position} here \
    = (${spec.position})g.origin${"".join(f" + o{axis} * ({spec.position})g.flat_{axis}"
    for axis in spec.axes)};
% endif
% if "forward_input" in spec.mode.inputs:
const ${lanes.value} input_element \
    = load${lanes.n}(forward_input + g.output_aligned_offset + ${at});
% endif
</%def>

## What is combined of the tap at `pixel`.
<%def name="mapped(lanes, pixel)" buffered="True" filter="trim"><%
    value = f"load{lanes.n}({pixel})"
    if spec.mode.maps:
        at_output = f"g.forward_output_shift + ({pixel} - x)"
        given = {
            "power": powers.given(),
            "indices": f"selects{lanes.n}(indices + g.indices_shift + ({pixel} - x), here)",
            "forward_output": f"load{lanes.n}(forward_output + {at_output})",
            "count": lanes.splat(tap_count(),
                spec.accumulator) if "count" in spec.mode.inputs else "",
            "window_max": f"load{lanes.n}(window_max + g.window_max_shift + ({pixel} - x))",
            "window_mean": f"load_wide{lanes.n}(window_mean + g.window_mean_shift + ({pixel} - x))",
            "weight_sum": f"load_wide{lanes.n}(weight_sum + g.weight_sum_shift + ({pixel} - x))",
            "forward_input": "input_element",
        }
        value = f"map{lanes.n}({', '.join([value, *(given[name] for name in spec.mode.inputs)])})"
%>${value}</%def>

## The state of the one tap at `pixel`, mapped unless it is to be `plain`.
<%def name="tap(lanes, pixel, plain=False)" buffered="True" filter="trim"><%
    index = ", " + lanes.splat(flat(), spec.position) if spec.index else ""
    value = f"load{lanes.n}({pixel})" if plain else mapped(lanes, pixel)
%>tap${lanes.n}(${value}${index})</%def>

## What the average was divided by that a gradient's tap belongs to.
<%def name="tap_count()" buffered="True" filter="trim">
% if spec.divisor == "given":
g.divisor
% else:
${" * ".join(f"({spec.accumulator})list[g.list_offset + g.count_{axis} + {axis}]"
    for axis in spec.axes)}
% endif
</%def>

## Reduces the window at hand of `plane` into `acc`, for element `at` of the output: along each row,
## then across rows.
<%def name="reduce(lanes, at)"><%
    pixel = f"row + w * ({spec.position})g.x_w" if spec.layout == "last" else "row + w"
%>
${element(lanes, at)}
// Reduces the window along each row, then across rows.
state${lanes.n} acc = identity${lanes.n}();
% for axis in spec.axes[:-1]:
${window.taps(axis)}
% endfor
const __global ${spec.dtype.storage} *row = ${row()};
state${lanes.n} part = identity${lanes.n}();
${window.taps("w")}
    part = combine${lanes.n}(part, ${tap(lanes, pixel)});
}
acc = combine${lanes.n}(acc, part);
${"}" * (spec.ndim - 1)}
</%def>

## Opens the loops over the valid taps of a window in row-major order; done() closes them.
<%def name="each()">
{
% for axis in spec.axes[:-1]:
${window.taps(axis)}
% endfor
const __global ${spec.dtype.storage} *row = ${row()};
${window.taps("w")}
</%def>

<%def name="done()">${"}" * (spec.ndim + 1)}</%def>
