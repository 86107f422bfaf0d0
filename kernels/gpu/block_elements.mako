## Elements that a block has read, by row and distance.
## in: the elements of block_rows and block_maps.
## out: nothing.

## The elements of an array at these distances of row `number`, as a vector; `absent` where there is
## none.
<%def name="joined(array, number, distances, base, absent)" buffered="True" filter="trim"><%
    def element(place):
        if place is None:
            return absent
        if not block.chunks:
            return f"{array}{number}_{block.row.number(place)}"
        chunk, lane = divmod(place - block.chunks[0], spec.loads)
        return f"{array}{number}_{chunk}.s{lane:x}"
    each = [element(place) for place in distances]
%>${each[0] if len(each) == 1 else f"({base}{len(each)})({', '.join(each)})"}</%def>
