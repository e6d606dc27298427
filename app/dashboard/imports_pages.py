"""Files brought in by browser: sent, looked at before anything is written, applied, remembered."""

import io
from typing import cast

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from app.dashboard.guard import me, moment, needs, note_change, proven, service, takes
from app.imports import jobs
from app.imports.forms import FORMS
from app.imports.models import ImportJob
from app.imports.upload import LARGEST_UPLOAD, UploadRefused, pack, safe_name
from app.staff.models import StaffRole
from app.tables import write_csv
from app.web.listing import PAGE, after_of

pages = Blueprint("imports", __name__)

# The rest of the form is a few words.
LARGEST_REQUEST = LARGEST_UPLOAD + 64 * 1024
# After so long without a worker's sign somebody should look whether one runs.
PATIENCE_SECONDS = 30


@pages.get("/imports")
@needs(StaffRole.VIEWER)
def show() -> str:
    """What can be brought in, and what was; ?form=wfp for one kind of file."""
    with service().database.read() as session:
        found = jobs.history(session, before_id=after_of(request.args), limit=PAGE + 1)
    after = found[PAGE - 1].job.id if len(found) > PAGE else None
    chosen = request.args.get("form", "")
    return render_template(
        "dashboard/imports.html",
        listed=found[:PAGE],
        after=after,
        forms=FORMS,
        chosen=chosen if chosen in FORMS else "wfp",
        most_mb=LARGEST_UPLOAD // 2**20,
    )


@pages.post("/imports")
@needs(StaffRole.ADMIN)
@takes(LARGEST_REQUEST)
def bring() -> AnyResponse:
    """Take a file and have it looked at: nothing is written yet."""
    form, file = request.form.get("form", ""), request.files.get("file")
    if form not in FORMS:
        abort(400, "Say what kind of file it is.")
    if file is None or not file.filename:
        abort(400, "No file came: choose one, then send it.")
    try:
        packed = pack(cast("io.BufferedIOBase", file.stream))  # type: ignore[arg-type]
    except UploadRefused as refused:
        abort(400, str(refused))
    name = safe_name(file.filename)
    with service().database.begin() as session:
        job_id = jobs.take(
            session,
            form=form,
            file_name=name,
            packed=packed,
            staff_id=me().staff_id,
            now=moment(),
        )
        note_change(
            session,
            action="send file",
            subject=f"import {job_id}",
            before={},
            after={"file": name, "form": form, "bytes": packed.size},
        )
    return redirect(url_for("desk.imports.show_one", job_id=job_id))


@pages.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> tuple[str, int]:
    """Say how much may be sent at once."""
    error.description = (
        f"The file has more than {LARGEST_UPLOAD // 2**20} MB: gzip it, or send it in parts. A "
        "larger one is imported on the server with `bei import`."
    )
    return render_template("dashboard/error.html", error=error), 413


@pages.get("/imports/<int:job_id>")
@needs(StaffRole.VIEWER)
def show_one(job_id: int) -> str:
    """What a file would do, or what it did."""
    return _page("dashboard/import.html", job_id)


@pages.get("/imports/<int:job_id>/state")
@needs(StaffRole.VIEWER)
def show_state(job_id: int) -> str:
    """The same without the frame, for a page that looks again by itself."""
    return _page("dashboard/import_state.html", job_id)


@pages.post("/imports/<int:job_id>/apply")
@needs(StaffRole.ADMIN)
@proven("desk.imports.show_one")
def apply(job_id: int) -> AnyResponse:
    """Let the worker do what the dry run said."""
    with service().database.begin() as session:
        job = _found(jobs.job_of(session, job_id, to_write=True))
        if not jobs.ask_to_apply(session, job, me().staff_id):
            abort(409, "There is nothing to apply: the page tells how far this file is.")
        note_change(
            session,
            action="ask to apply import",
            subject=f"import {job_id}",
            before=dict(job.expected or {}),
            after={},
        )
    return redirect(url_for("desk.imports.show_one", job_id=job_id))


@pages.post("/imports/<int:job_id>/discard")
@needs(StaffRole.ADMIN)
def discard(job_id: int) -> AnyResponse:
    """Put a file away: nothing of it was written."""
    with service().database.begin() as session:
        job = _found(jobs.job_of(session, job_id, to_write=True))
        if not jobs.discard(session, job, moment()):
            abort(409, "It is too late for that: the page tells how far this file is.")
        note_change(
            session,
            action="discard import",
            subject=f"import {job_id}",
            before={"file": job.file_name, "form": job.form},
            after={},
        )
    flash(f"{job.file_name} was put away. Nothing of it was written.", "good")
    return redirect(url_for("desk.imports.show"))


@pages.get("/imports/<int:job_id>/left-out.csv")
@needs(StaffRole.VIEWER)
def left_out(job_id: int) -> Response:
    """The lines that were left out and why, for who corrects the file."""
    with service().database.read() as session:
        job = _found(jobs.job_of(session, job_id))
    out = io.StringIO()
    write_csv(out, ["line", "reason"], (job.detail or {}).get("lines", []))
    return as_csv(out.getvalue(), f"import-{job_id}-left-out.csv")


def as_csv(text: str, file_name: str) -> Response:
    """A table to be kept as a file."""
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"'}
    return Response(text, mimetype="text/csv", headers=headers)


def _page(template: str, job_id: int) -> str:
    with service().database.read() as session:
        job = _found(jobs.job_of(session, job_id))
        who = jobs.who_of(session, job.staff_id)
        applied_by = jobs.who_of(session, job.applied_by)
        before = jobs.same_before(session, job)
    waits = (moment() - (job.beat_at or job.taken_at)).total_seconds()
    return render_template(
        template,
        job=job,
        detail=job.detail or {},
        form=FORMS.get(job.form),
        who=who,
        applied_by=applied_by,
        before=before,
        may_be_applied=jobs.may_be_applied(job),
        is_worker_missing=job.state.is_busy and waits > PATIENCE_SECONDS,
    )


def _found(job: ImportJob | None) -> ImportJob:
    if job is None:
        abort(404, "There is no import of that number.")
    return job
