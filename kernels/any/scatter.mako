## scatter: one item per plane. It empties the plane, then puts every value where its index says, in
## row-major order: of several values for one place the last stays, on every run and device. Rows
## with an index outside of the plane are left out.
<%inherit file="/common/kernel.mako"/>
<%def name="algorithm()">
    A work-item empties a plane, then puts every value where its index says, in row-major order.
</%def>
<%namespace name="memory" file="/common/access.mako"/>
<%namespace name="window" file="/windows/plane.mako"/>
<%namespace name="items" file="/common/work_items.mako"/>
<%namespace name="signature" file="/common/signature.mako"/>
<%namespace name="ahead" file="/common/prefetch.mako"/>
<%namespace name="output" file="/common/output.mako"/>
<%
    position, outer = spec.position, spec.axes[:-1]
    bits = "ushort" if spec.out.storage == "half" else spec.out.storage
    space = "__private" if spec.nontemporal else "__global"
    to = f"(__global {bits} *)y + g.y_offset + y_plane"
%>
${signature.kernel()}
{
    const uint outer = item;
    ${items.planes()}
    const ${position} size = ${window.size("out")};
% if spec.nontemporal:
    // Put together here and written past the cache: memory need not be read before.
    __private ${bits} target[${spec.tile}] __attribute__((aligned(64)));
    const int dense = 1;
% else:
    __global ${bits} *target = ${to};
    const int dense = ${window.dense("y", "out")};
% endif
    // Empties the plane.
    if (dense) {
        ${position} place = 0;
% if spec.dialect == "clang" and not spec.nontemporal:
        // Lines are prefetched before they are written.
        for (; place + ${spec.thresholds.emptied} <= size; place += ${spec.thresholds.emptied}) {
            ${ahead.row("target", spec.out.size, "place", f"place + {spec.thresholds.emptied}",
                spec.thresholds.prefetch_bytes // 2, 1)}
            for (int element = 0; element < ${spec.thresholds.emptied}; ++element) \
                target[place + element] = 0;
        }
% endif
        for (; place < size; ++place) target[place] = 0;
    } else {
% for axis in spec.axes:
        for (${position} o${axis} = 0; o${axis} < g.out_${axis}; ++o${axis})
% endfor
            target[${" + ".join(f"o{axis} * ({position})g.y_{axis}" for axis in spec.axes)}] = 0;
    }
    // Puts the values where their indices say.
% for axis in outer:
    for (${position} ${axis} = 0; ${axis} < g.in_${axis}; ++${axis})
% endfor
    {
        const __global ${spec.dtype.storage} *row \
            = plane${"".join(f" + {axis} * ({position})g.x_{axis}" for axis in outer)};
        const __global ${spec.input_index_storage} *row_indices = indices \
            + g.indices_shift + (row - x);
        // Planes are read and written in turn: the next rows are prefetched.
        const ${position} dense_row = (g.x_w == 1) ? g.in_w : 0;
        ${ahead.row("row", spec.dtype.size, 0, "dense_row", spec.thresholds.prefetch_bytes)}
        ${ahead.row("row_indices", scalar_size(spec.input_index_storage), 0, "dense_row",
            spec.thresholds.prefetch_bytes)}
        ${window.refuse("row_indices", "g.x_w", "g.in_w", "size", "continue"
            if outer else "return")}
% for test, index in (("dense && g.x_w == 1", "w"), ("dense", "w * g.x_w"), ("", "w * g.x_w")):
<%
    place = f"(({position})row_indices[{index}])"
    address = f"row_indices[{index}]" if test else window.address(place, "y", "out")
%>\
        ${"" if loop.first else "} else "}${f"if ({test}) " if test else ""}{
            for (${position} w = 0; w < g.in_w; ++w) \
                ${output.move(f"target + ({address})", f"row + {index}", space)};
% endfor
        }
    }
% if spec.nontemporal:
    for (${position} place = 0; place < size; place += ${spec.width}) {
        ${memory.write(lanes_of(spec.width), bits, "__global", f"{to} + place",
            memory.read(lanes_of(spec.width), bits, "__private", "target + place"))}
    }
% endif
}
