"""A course on another subject, graded by the engine: it knows nothing of convolutions."""

from autograder.nbgrader_plugin.plugin import configure

c = get_config()  # noqa: F821  (given by nbgrader)
configure(c)
c.CourseDirectory.course_id = "statistics"
