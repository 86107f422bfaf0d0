## rows_running: rows for windows of many lines, at a cost that does not grow with them. Blocks of
## as many rows as a window has lines are combined from either end: a window is the end of one
## block, which `kept` holds, and the beginning of the next one, `begun` (van Herk 1992). Lines of
## windows are counted from the first one of this item.
<%inherit file="/common/kernel.mako"/>
<%def name="algorithm()">
    Blocks of as many rows as a window has are combined from either end: a window is the end of
    one block combined with the beginning of the next (van Herk 1992).
</%def>
<%namespace name="vectors" file="/cpu/common/private_vectors.mako"/>
<%namespace name="states" file="/cpu/common/private_rows.mako"/>
<%namespace name="items" file="/common/work_items.mako"/>
<%namespace name="signature" file="/common/signature.mako"/>
<%namespace name="rows" file="/cpu/common/bands.mako"/>
<%namespace name="out" file="/cpu/rows/output.mako"/>
<%namespace name="horizontal" file="/cpu/rows/horizontal.mako"/>
<%namespace name="reduced" file="/cpu/rows/reduced.mako"/>

<%def name="functions()">
// ---- Private rows: reduced rows of the input, taps beside it replaced by the identity.
% for n in widths:
${vectors.functions(lanes_of(n))}
% endfor
${states.rows()}
</%def>

<% n, column = spec.width, along("h") %>
${signature.kernel()}
{
    ${rows.band()}
    // kept: from every row of a block to its end; begun: from the next block's beginning.
    state_row kept[${column.kernel}], begun[1];
    ${horizontal.scratch()}
    const int used = ${rows.used()};
    for (int row = 0; row < ${column.kernel}; ++row) {
        for (int c = 0; c + ${n} <= used; c += ${n}) put_state${n}(kept + row, c, identity${n}());
    }
    for (${spec.position} ow0 = 0; ow0 < g.out_w; ow0 += ${spec.tile}) {
        ${horizontal.tile()}
        ${horizontal.inside()}
        for (long next = first; next < last;) {
            ${rows.plane()}
            ${rows.readable()}
            const ${spec.position} top = ${times("line", column.stride)} \
                - (${spec.position})g.pad_h;
            ${spec.position} met = 0;
            for (${spec.position} h_first = 0; line < stop; ++line, h_first += ${column.stride}) {
                ${items.line()}
                ${out.line_ends()}
                for (; met < h_first + ${column.kernel}; ++met) {
                    const int slot = met % ${column.kernel};
                    const ${spec.position} h = top + met;
                    // A block is whole: combined from its end.
                    if (slot == 0 && met > 0) {
                        for (int row = ${column.kernel - 2}; row >= 0; --row) {
                            ${rows.whole_vectors()}
                                put_state${n}(kept + row, c, combine${n}(get_state${n}(kept + row, \
                                    c), get_state${n}(kept + row + 1, c)));
                            }
                        }
                    }
                    // The row is reduced along its windows.
                    if (h >= 0 && h < g.in_h) {
                        ${reduced.row()}
                    } else {
                        ${rows.whole_vectors()}
                            put_state${n}(kept + slot, c, identity${n}());
                        }
                    }
                    // The block is combined from its beginning.
                    ${rows.whole_vectors()}
                        state${n} acc = get_state${n}(kept + slot, c);
                        if (slot > 0) acc = combine${n}(get_state${n}(begun, c), acc);
                        put_state${n}(begun, c, acc);
                    }
                }
                // Windows: the end of one block and the beginning of the next.
                const int within = h_first % ${column.kernel};
                ${rows.vectors("0", "last_vector")}
                    state${n} acc = get_state${n}(begun, c);
                    if (within > 0) acc = combine${n}(get_state${n}(kept + within, c), acc);
                    ${out.emit()}
                }
            }
        }
    }
}
