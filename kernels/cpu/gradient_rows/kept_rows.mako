## The kept rows of rows_covering.
## in: ow0; kept, plane, line and next_h for keep().
## out: w0, columns, overlap, begin, end; rows of kept.
<%namespace name="window" file="/windows/covering.mako"/>
<%namespace name="taps" file="/common/tap.mako"/>
<%namespace name="kept_fill" file="/cpu/gradient_rows/fill.mako"/>
<%namespace name="looks" file="/cpu/gradient_rows/index_check.mako"/>

## One tile: `columns` elements from `ow0`. Kept rows start at output `w0`, those from `begin` to
## `end` exist. The last vectors may lie over some of those before.
<%def name="tile()"><% block = spec.width * along("w").stride %>
const ${spec.position} w0 \
    = ${plus(over(plus(f"ow0 + ({spec.position})g.pad_w", -spec.phase), along("w").stride),
    kept.shifts[0])};
// A tile of columns; rows are kept from output w0 on, and exist from begin to end.
const int columns = (g.out_w - ow0 < ${spec.tile * along("w").stride}) ? g.out_w - ow0 \
    : ${spec.tile * along("w").stride};
const int overlap = columns >= ${block}${(f" && columns % {along('w').stride} == 0"
    if along("w").stride > 1 else "")} && columns % ${spec.width};
const int begin = (w0 < 0) ? -w0 : 0;
const int end = (g.in_w - w0 < ${kept.length}) ? g.in_w - w0 : ${kept.length};
for (int slot = 0; slot < ${kept.slots}; ++slot) {
    for (int i = 0; i < ${kept.length}; ++i) {
% for name in ["value", *kept.kept]:
        kept[slot].${name}[i] = 0;
% endfor
    }
}
${looks.columns()}
</%def>

## Where row (d, h) is kept.
<%def name="slot()" buffered="True" filter="trim">
    ${("0" if spec.ndim == 1 else f"(d - d0) * {kept.ring} + h % {kept.ring}" if spec.ndim == 3
        else f"h % {kept.ring}")}
</%def>

## Keeps the rows that the line at hand needs and were not kept for the one before, and some more.
<%def name="keep()">
// Keeps the rows that this line needs, and some more.
% if spec.ndim > 1:
if (next_h < 0${" || oh == 0" if spec.ndim == 3 else ""}) next_h = h0;
const ${spec.position} ahead = (h1 + ${spec.thresholds.spare_rows} < g.in_h) ? h1 \
    + ${spec.thresholds.spare_rows} : g.in_h;
for (; next_h < ahead; ++next_h) {
    const ${spec.position} h = next_h;
% else:
{
% endif
% if spec.ndim == 3:
    ${window.taps("d")}
% endif
    const __global ${spec.dtype.storage} *row = ${taps.row()};
    kept_row *into = ${plus("kept", slot())};
    ${looks.row()}
    for (int i = begin; i <= end - ${spec.width}; \
        i = (i + ${spec.width} < end - ${spec.width} || i == end - ${spec.width}) ? i \
        + ${spec.width} : end - ${spec.width}) {
        ${kept_fill.fill(lanes_of(spec.width))}
    }
    for (int i = (end - begin < ${spec.width}${(f" || {looks.suspect()}" if spec.mode.refuses
        else "")}) ? begin : end; i < end; ++i) {
        ${looks.begin()}
        ${kept_fill.fill(lanes_of(1))}
        ${looks.end()}
    }
${"}" * max(1, spec.ndim - 1)}
</%def>
