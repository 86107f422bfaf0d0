## direct, several outputs along the row per item: their windows share one span of the row.
<%inherit file="/kernel.mako"/>
<%namespace name="window" file="/windows/sliding.mako"/>
<%namespace name="output" file="output.mako"/>
<%
    one, many = lanes_of(1), lanes_of(spec.width)
    row = along("w")
    aligned = spec.shift is not None
    shift = spec.shift or 0
    span = (spec.width - 1) * row.stride + row.reach + shift
    chunks = -(-span // spec.width)
%>
__kernel void ${spec.label}(
    ${output.arguments()})
{
    const ${spec.position} ow = get_global_id(0) * ${spec.width};
    const ${spec.position} line = get_global_id(1);
    const uint outer = get_global_id(2);
    // The range is rounded up to whole groups.
    if (ow >= g.out_w || line >= g.out_d * g.out_h || outer >= g.outer0 * g.outer1) return;

    ${output.planes()}
    ${output.line()}
    ${window.start("w", "ow")}
    state1 acc[${spec.width}];
    #pragma unroll
    for (int lane = 0; lane < ${spec.width}; ++lane) acc[lane] = identity1();
% for axis in spec.axes[:-1]:
    ${window.taps(axis)}
% endfor
    const __global ${spec.dtype.storage} *row = ${window.row()};
    ${spec.accumulator} span[${chunks * spec.width if aligned else span}];
% if aligned:
    // Rows are whole vectors, so each vector lies inside the row or outside of it.
    #pragma unroll
    for (int chunk = 0; chunk < ${chunks}; ++chunk) {
        const ${spec.position} first = w0 - ${shift} + chunk * ${spec.width};
        ${many.value} part = ${identity};
        if (first >= 0 && first < (${spec.position})g.in_w) part = load${many.n}(row + first);
% for lane in range(spec.width):
        span[chunk * ${spec.width} + ${lane}] = part.s${f"{lane:x}"};
% endfor
    }
% else:
    #pragma unroll
    for (int tap = 0; tap < ${span}; ++tap) {
        const ${spec.position} w = w0 + tap;
        span[tap] = ${identity};
        if (w >= 0 && w < (${spec.position})g.in_w) span[tap] = load1(row + w);
    }
% endif
    #pragma unroll
    for (int lane = 0; lane < ${spec.width}; ++lane) {
        state1 part = identity1();
        #pragma unroll
        for (int kw = 0; kw < ${row.kernel}; ++kw) {
            const int tap = lane * ${row.stride} + kw * ${row.dilation};
% if spec.index:
            const ${spec.position} w = w0 + tap;
            const ${spec.position} flat = (w >= 0 && w < (${spec.position})g.in_w) ? ${window.flat()} : -1;
% endif
            part = combine1(part, tap1(span[tap + ${shift}]${", flat" if spec.index else ""}));
        }
        acc[lane] = combine1(acc[lane], part);
    }
${"}" * (spec.rank - 1)}
    ${one.value} result[${spec.width}];
% if spec.mode.divides:
    #pragma unroll
    for (int lane = 0; lane < ${spec.width}; ++lane) {
        ${window.start("w", "ow + lane")}
        ${output.count(one, spec.axes)}
        result[lane] = finish1(acc[lane], count);
    }
% else:
    #pragma unroll
    for (int lane = 0; lane < ${spec.width}; ++lane) result[lane] = acc[lane].value;
% endif
% if aligned:
    store${many.n}(y + g.y_offset + y_row + ow, (${many.value})(${", ".join(f"result[{lane}]" for lane in range(spec.width))}));
% endif
% if spec.index or not aligned:
    #pragma unroll
    for (int lane = 0; lane < ${spec.width}; ++lane) {
        if (ow + lane >= g.out_w) break;
% if not aligned:
        store1(y + g.y_offset + y_row + ow + lane, result[lane]);
% endif
% if spec.index:
        store_index1(indices + g.index_offset + y_row + ow + lane, acc[lane].index);
% endif
    }
% endif
}
