## One tap of a window, whatever the window and the mode: its row, its flat index, its state.
## in: x_plane of a flat index, else plane; row, d, h, w; od, oh, ow where a map takes the element
##     at hand.
## out: here, input_element of element().
<%namespace name="powers" file="/common/pow.mako"/>

## The plane's first element, and the type of a row: an offset into x with a flat index, else an
## address.
<%def name="origin()"><% return "x_plane" if spec.block else "plane" %></%def>
<%def name="row_type()"><%
    return f"{spec.offset} " if spec.block else f"__global {spec.dtype.storage} *"
%></%def>

## The array of a name at a place of x.
<%def name="beside(name, pixel)"><%
    return f"{name} + g.{name}_shift + {pixel if spec.block else f'({pixel} - x)'}"
%></%def>
<%def name="element_of(pixel)"><% return f"x + {pixel}" if spec.block else pixel %></%def>

## The row of the input that the enclosing loops are at.
<%def name="row()" buffered="True" filter="trim">
    ${origin()}${"".join(f" + {axis} * ({spec.position})g.x_{axis}" for axis in spec.axes[:-1])}
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
<% start = "(g.output_aligned_offset - g.y_offset)" if spec.block else "g.output_aligned_offset" %>\
const ${lanes.value} input_element = load${lanes.n}(forward_input + ${start} + ${at});
% endif
</%def>

## What is combined of the tap at `pixel`, or of one that was read as `value`.
<%def name="mapped(lanes, pixel, value=None)" buffered="True" filter="trim"><%
    value = value or f"load{lanes.n}({element_of(pixel)})"
    if spec.mode.maps:
        given = {
            "power": powers.given(),
            "indices": f"selects{lanes.n}({beside('indices', pixel)}, here)",
            "forward_output": f"load{lanes.n}({beside('forward_output', pixel)})",
            "count": lanes.splat(tap_count(),
                spec.accumulator) if "count" in spec.mode.inputs else "",
            "window_max": f"load{lanes.n}({beside('window_max', pixel)})",
            "window_mean": f"load_wide{lanes.n}({beside('window_mean', pixel)})",
            "weight_sum": f"load_wide{lanes.n}({beside('weight_sum', pixel)})",
            "forward_input": "input_element",
        }
        value = f"map{lanes.n}({', '.join([value, *(given[name] for name in spec.mode.inputs)])})"
%>${value}</%def>

## The state of the one tap at `pixel`, mapped unless it is to be `plain`.
<%def name="tap(lanes, pixel, plain=False)" buffered="True" filter="trim"><%
    index = ", " + lanes.splat(flat(), spec.position) if spec.index else ""
    value = f"load{lanes.n}({element_of(pixel)})" if plain else mapped(lanes, pixel)
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
