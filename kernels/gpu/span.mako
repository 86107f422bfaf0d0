## The span of a row that several outputs' windows share, and the way out of their states.
## in: row, w0 for fill(); y_row, ow, result and acc for store().
## out: span; store() stores.
<%namespace name="dialect" file="${'/dialects/' + context['spec'].dialect + '.mako'}"/>
<%namespace name="taps" file="/common/window_loop.mako"/>

## Fills `span` from the row at hand, the identity where it has no element.
<%def name="fill()"><%
    n, row, alignment_phase = spec.width, along("w"), spec.alignment_phase or 0
    length = (n - 1) * row.stride + row.extent + alignment_phase
    vectors = -(-length // n)
%>
    // The span of the row, the identity beside it.
% if spec.alignment_phase is not None:
    ${spec.accumulator} span[${vectors * n}];
    // Rows are whole vectors, so each vector lies inside the row or outside of it.
    ${dialect.unroll()}
    for (int vector = 0; vector < ${vectors}; ++vector) {
        const ${spec.position} first = ${plus("w0", -alignment_phase, times("vector", n))};
        ${lanes_of(n).value} elements = ${identity};
        if (first >= 0 && first < (${spec.position})g.in_w) elements \
            = ${taps.mapped(lanes_of(n), "row + first")};
% for lane in range(n):
        span[${plus(times("vector", n), lane)}] = elements.s${f"{lane:x}"};
% endfor
    }
% else:
    ${spec.accumulator} span[${length}];
    ${dialect.unroll()}
    for (int tap = 0; tap < ${length}; ++tap) {
        const ${spec.position} w = w0 + tap;
        span[tap] = ${identity};
        if (w >= 0 && w < (${spec.position})g.in_w) span[tap] \
            = ${taps.mapped(lanes_of(1), "row + w")};
    }
% endif
</%def>

## Stores the values `result` and the indices of the states `acc`: vectors where rows are whole
## ones, elements otherwise.
<%def name="store()"><% n, aligned = spec.width, spec.alignment_phase is not None %>
% if aligned:
    store${n}(y + g.y_offset + y_row + ow, (${lanes_of(n).value})(${", ".join(f"result[{lane}]"
        for lane in range(n))}));
% endif
% if spec.index or not aligned:
    ${dialect.unroll()}
    for (int lane = 0; lane < ${n}; ++lane) {
        if (ow + lane >= g.out_w) break;
% if not aligned:
        store1(y + g.y_offset + y_row + ow + lane, result[lane]);
% endif
% if spec.index:
        store_index1(indices + g.index_offset + y_row + ow + lane, acc[lane].index);
% endif
    }
% endif
</%def>
