## Prefetches of memory before it is read or written.
## in: the addresses given.
## out: further of further(); nothing else, and nothing where compilers have no such construct.
<%namespace name="dialect" file="${'/dialects/' + context['spec'].dialect + '.mako'}"/>
## Prefetches `elements` elements of `size` bytes, `prefetch_bytes` behind `from_`.
<%def name="read(from_, elements=1, size=0)">
<% known, size = spec.thresholds, size or spec.dtype.size %>
% if spec.dialect == "clang":
%   for at in range(0, elements, known.line_bytes // size):
${dialect.prefetch(plus(from_, known.prefetch_bytes // size + at))};
%   endfor
%   for at in range(0, elements, known.page_part * known.line_bytes // size):
${page(plus(from_, at))}
%   endfor
% endif
</%def>

## Prefetches the beginning of the page after the prefetched one, line by line while a page is read:
## hardware prefetches within a page only, once its reading has begun.
<%def name="page(address)"><%
    page, part = spec.thresholds.page_bytes, spec.thresholds.page_part
    behind = spec.thresholds.prefetch_bytes + page
%>
<% begin, within = f"((ulong)({address}) & -{page}ul)", f"((ulong)({address}) % {page} / {part})" %>
${dialect.prefetch(f"{begin} + {behind} + {within}")};
</%def>

## Prefetches elements `first` to `last` of a row, or those `bytes` behind them.
<%def name="row(row, size, first, last, bytes=0, write=0)">
% if spec.dialect == "clang":
for (${spec.position} ow = ${first}; ow < ${last}; ow += ${spec.thresholds.line_bytes // size}) {
    ${dialect.prefetch(plus(f"{row} + ow", bytes // size), write)};
%   if bytes and not write:
    ${page(f"{row} + ow")}
%   endif
}
% endif
</%def>

## Prefetches a row of results for writing, unless stores bypass the cache.
<%def name="row_written(to, size, first, last, bytes=0)">
% if not spec.nontemporal:
${row(to, size, first, last, bytes, write=1)}
% endif
</%def>

## Prefetches the lines of as many elements of a result as are written from `to` on.
<%def name="write(to, size, elements)"><% known = spec.thresholds %>
% if spec.dialect == "clang" and not spec.nontemporal:
%   for at in range(0, elements, known.line_bytes // size):
${dialect.prefetch(plus(to, known.prefetch_bytes // size + at), 1)};
%   endfor
% endif
</%def>

## Declares the distance from a prefetched element to the next pixel: max(stride - prefetched, 0).
<%def name="further(stride)"><% step = spec.thresholds.prefetch_bytes // spec.dtype.size %>
% if spec.dialect == "clang":
const ${spec.position} further = (${stride} > ${step}) ? ${stride} - ${step} : 0;
% endif
</%def>
