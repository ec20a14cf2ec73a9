"""Topic ``curriculum``: tracks, their modules, and how far students are."""

from homeroom_kit.contract.event import EventData
from homeroom_kit.contract.fields import Id, Ids, Instant, Int32, Score, Text


class Track(EventData, topic="curriculum", entity="track"):
    track_id: Id


class TrackPublished(Track, type="track.published.v1", creates=True):
    """A track was offered, or described anew."""

    key: Text
    name: Text


class TrackRetired(Track, type="track.retired.v1", sets={"retired": True}):
    """A track is no longer offered."""


class Module(EventData, topic="curriculum", entity="module"):
    module_id: Id


class ModulePublished(Module, type="module.published.v1", creates=True):
    """A module became part of a track, or was described anew."""

    track_id: Id
    title: Text
    position: Int32
    recommended_missions: Ids


class ModuleRetired(Module, type="module.retired.v1", sets={"retired": True}):
    """A module is no longer part of its track."""


class ModuleProgress(EventData, topic="curriculum", entity="module_progress"):
    module_id: Id
    student_id: Id


class ModuleProgressRecorded(ModuleProgress, type="module_progress.recorded.v1", creates=True):
    """How much of a module a student has done."""

    percent: Score
    recorded_at: Instant
