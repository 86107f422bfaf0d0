## What flows from the kept rows of rows_covering to the elements of a vector.
## in: ow0, c, y_row, columns for element(); from, at and acc0, acc1, ... for phase().
## out: here, forward_input of each phase; acc of the phase grows.
<%namespace name="powers" file="/common/pow.mako"/>
<%namespace name="memory" file="/common/access.mako"/>

## What maps need to know of the elements at hand, for every phase of the stride.
<%def name="element()"><% n, stride, many = spec.width, along("w").stride, lanes_of(spec.width) %>
% if "indices" in spec.mode.inputs:
const ${spec.position} here \
    = (${spec.position})g.origin${"".join(f" + o{axis} * ({spec.position})g.flat_{axis}"
    for axis in spec.axes[:-1])} + ow0 + c;
%   for phase in range(stride):
const ${many.index} here${phase} = ${many.steps(stride)} + ${atom(plus("here", phase))};
%   endfor
% endif
% if "forward_input" in spec.mode.inputs:
const __global ${spec.dtype.storage} *input_row = forward_input + g.output_aligned_offset \
    + y_row + ow0 + c;
${spec.accumulator} elements[${n * stride}];
if (c + ${n * stride} <= columns) {
%   for number in range(stride):
    put${n}(${plus("elements", number * n)}, load${n}(${plus("input_row", number * n)}));
%   endfor
} else {
    for (int i = 0; i < ${n * stride}; ++i) elements[i] = (i < columns - c) \
        ? load1(input_row + i) : 0;
}
%   for phase in range(stride):
const ${many.value} forward_input${phase} \
    = (${many.value})(${", ".join(f"elements[{lane * stride + phase}]" for lane in range(n))});
%   endfor
% endif
</%def>

## Adds what flows from one row to the elements of a phase, in the order of its windows.
<%def name="phase(phase)"><%
    n = spec.width
    count, shift, step = kept.taps(phase)
    first = shift - kept.shifts[0]
%>
% if count:
{
    state${n} part = ${tap(phase, [first])};
%   if sum(kept.taps(p)[0] for p in range(along("w").stride)) <= spec.thresholds.unrolled_taps:
%     for number in range(1, count):
    part = combine${n}(part, ${tap(phase, [first + number * step])});
%     endfor
%   else:
    for (int t = 1; t < ${count}; ++t) \
        part = combine${n}(part, ${tap(phase, [first, times("t", step)])});
%   endif
    acc${phase} = combine${n}(acc${phase}, part);
}
% endif
</%def>

<%def name="tap(phase, shift)" buffered="True" filter="trim"><%
    n, many = spec.width, lanes_of(spec.width)
    get = lambda name: f"get{n}({plus(f'from->{name} + at', *shift)})"
    value = get("value")
    if spec.mode.maps and not kept.maps_early:
        same = f"(get_index{n}({plus('from->indices + at', *shift)}) == here{phase})"
        if many.mask != many.index_mask:
            same = memory.convert(many, many.mask_base, same)
        given = {
            "power": powers.given(),
            "indices": same,
            "forward_input": f"forward_input{phase}",
        }
        inputs = [value, *(given.get(name, get(name)) for name in spec.mode.inputs)]
        value = f"map{n}({', '.join(inputs)})"
%>tap${n}(${value})</%def>
