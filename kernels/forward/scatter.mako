## scatter: one item per plane. It empties the plane, then puts every value where its index says, in
## row-major order: of several values for one place the last stays, on every run and device.
<%inherit file="/kernel.mako"/>
<%namespace name="window" file="/windows/plane.mako"/>
<%namespace name="output" file="output.mako"/>
<% position = spec.position %>
__kernel void ${spec.label}(
    ${output.arguments()})
{
    const uint outer = get_global_id(0);
    ${output.planes()}
<% bits = "ushort" if spec.out.storage == "half" else spec.out.storage %>\
    __global ${bits} *target = (__global ${bits} *)y + g.y_offset + y_plane;
% for axis in spec.axes:
    for (${position} o${axis} = 0; o${axis} < g.out_${axis}; ++o${axis})
% endfor
        target[${" + ".join(f"o{axis} * ({position})g.y_{axis}" for axis in spec.axes)}] = 0;
% for axis in spec.axes:
    for (${position} ${axis} = 0; ${axis} < g.in_${axis}; ++${axis})
% endfor
    {
        const __global ${spec.dtype.storage} *from = plane + (${" + ".join(f"{axis} * ({position})g.x_{axis}" for axis in spec.axes)});
        const ${position} place = chosen[g.chosen_shift + (from - x)];
        ${output.move("target + (" + window.address("place", "y", "out") + ")", "from")};
    }
}
