"""What if a site came, went or moved: answers from a finished run, before and after.

``load`` takes the arrays of a run's ``state/``; each ``ask`` touches the points around the sites
that change and nothing else, and gives what a whole run on the changed files would. Areas,
places and sharing ratios are not asked here.
"""

from geoplan.what_if.session import Answer, Session, SiteKey, Surroundings, load

__all__ = ["Answer", "Session", "SiteKey", "Surroundings", "load"]
