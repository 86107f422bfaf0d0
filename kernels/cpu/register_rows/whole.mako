## rows_down where windows and vectors are wholly inside: as many lines at once as pay by what they
## share. Taps are compared as if none were NaN; where one is, the line is left to be done again.
## in: to, columns, last_vector, w0, in_w, left, and what places() leaves.
## out: stores whole lines, moves line behind them and continues; falls through in doubt.
<%namespace name="ahead" file="/common/prefetch.mako"/>
<%namespace name="fold" file="/common/fold.mako"/>
<%namespace name="step" file="/cpu/register_rows/steps.mako"/>
<%namespace name="groups" file="/cpu/register_rows/shared_rows.mako"/>
<%namespace name="out" file="/cpu/rows/output.mako"/>

## Reduces the lines at hand, and stores what was found; goes on behind them unless there is doubt.
<%def name="lines()"><%
    n, stride, rows = spec.width, along("w").stride, range(len(shared.places))
    block = range(min(stride, len(shuffles.offsets)))
%>
% for line in range(1, spec.rows_per_pass):
__global ${spec.out.storage} *to${line} = to + ${times("g.y_h", line)};
${ahead.row_written(f"to{line}", spec.out.size, 0, "columns", spec.thresholds.prefetch_bytes)}
% endfor
% if spec.nan_fallback:
${lanes_of(n).mask} doubts${n} = ${lanes_of(n).splat("0", lanes_of(n).mask_base)};
% endif
for (int vector = 0; vector < columns; vector += ${n}) {
    const int c = (vector < last_vector) ? vector : last_vector;
    const ${spec.position} at = ${times("c", stride)}, w1 = w0 + at;
% if spec.dialect == "clang":
    // Asks for rows that no line above has read.
% endif
% for row in shared.fresh:
    ${ahead.read(f"plane + row{row} + at", n * stride)}
% endfor
    // Reads rows: those that the same lines have are combined into one group.
% for row in rows:
    ${groups.down(row)}
%   if spec.nan_fallback and (row % 2 or row == rows[-1]):
    ${groups.doubt([f"row{one}_{number}" for number in block
        for one in range(row - row % 2, row + 1)])}
%   endif
% endfor
    // Combines the groups of every line.
% for line in range(spec.rows_per_pass):
    ${groups.joined(line)}
% endfor
    if (w1 < 0 || w1 + ${shuffles.span} > in_w) {
        ${step.mask([f"line{line}_" for line in range(spec.rows_per_pass)])}
    }
% for line in range(spec.rows_per_pass):
    // Line ${line}: shuffles its vectors into the taps of windows, and combines these.
    {
%   for number in range(len(shuffles.offsets)):
        const state${n} v${number} = line${line}_${number};
%   endfor
        state${n} acc;
        ${step.across(groups.combine())}
        ${out.emit(whole=True, to=f"to{line or ''}")}
    }
% endfor
}
% if spec.nan_fallback:
// A NaN was compared: the line is done again below.
%   if shuffles.offsets[stride:]:
const ${spec.position} at = ${times("last_vector", stride)};
%   endif
${groups.doubt([step.read(f"plane + row{row}", offset) for row in rows
    for offset in shuffles.offsets[stride:]])}
${fold.lanes(n, lanes_of(n).mask_base, "|", "doubts")}
if (!doubts1) {
    ${advance()}
}
% else:
${advance()}
% endif
</%def>

## Goes on behind the lines; of a number that is no multiple of them some are done again, if that is
## no loss.
<%def name="advance()">
% if spec.rows_per_pass > 1:
<% many = spec.rows_per_pass %>
line += ${(f"((left % {many}) ? left % {many} : {many}) - 1" if spec.idempotent else many - 1)};
% endif
continue;
</%def>
