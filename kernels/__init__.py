"""The Mako templates of the OpenCL kernels, as a package so that a wheel carries them.

``gpu``, ``cpu`` and ``any`` hold the skeletons, for the devices that they suit, and what serves
one skeleton or its neighbours alone; ``common`` serves all. A field of the spec chooses a file of
``dialects``, ``windows`` and ``modes``. The names of skeletons are in ``codegen/template_paths``.
"""
