## The rows of a window, or the taps, that a member of a team has: every so manieth of a portion.
## in: member; portion, where there are several; g; what window.valid() leaves.
## out: begin and end of part(); a loop over h, and d, of rows().
<%namespace name="window" file="${'/windows/' + context['spec'].window + '.mako'}"/>

## The portion at hand of so many taps or rows.
<%def name="part(count)">
<% size = f"(({count} - 1) / ({spec.position})g.portions + 1)" %>\
const ${spec.position} begin = (${spec.position})portion * ${size};
const ${spec.position} end = min(begin + ${size}, ${count});
</%def>

## Opens the loop over the member's rows; the caller closes it.
<%def name="rows(across, down)"><% position = spec.position %>
const ${position} rows = ${" * ".join(f"n_{axis}" for axis in spec.axes[:-1])};
<% begin, end = f"member / {across}" if down > 1 else 0, "rows" %>\
% if spec.in_portions:
${part("rows")}
<% begin, end = plus("begin", begin), "end" %>\
% endif
for (${position} line = ${begin}; line < ${end}; line += ${down}) {
% if spec.ndim == 3:
    const ${position} d = ${window.place("d", "(line / n_h)")};
    const ${position} h = ${window.place("h", "(line % n_h)")};
% else:
    const ${position} h = ${window.place("h", "line")};
% endif
</%def>
