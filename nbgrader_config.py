"""Makes this folder an nbgrader course that is graded by the engine in ``autograder/``."""

from autograder.nbgrader_plugin.plugin import configure

c = get_config()  # noqa: F821  (given by nbgrader)
configure(c)
c.CourseDirectory.course_id = "sliding-windows"
