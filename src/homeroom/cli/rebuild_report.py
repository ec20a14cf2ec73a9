"""The difference between two generations, for people, and how much of it may be."""

from typing import TYPE_CHECKING

from homeroom.cli.differences import print_differences

if TYPE_CHECKING:
    from homeroom.operations.rebuilding.comparing import Report
    from homeroom.operations.rebuilding.record import RebuildOptions


def check_limits(report: "Report | None", options: "RebuildOptions") -> None:
    """Raises RebuildRefused where more differs than may."""
    from homeroom.operations.rebuilding.comparing import check_share, check_untouched

    check_share(report, options.changed_max)
    check_untouched(report, options.accept_differences)


def print_report(report: "Report | None") -> None:
    """The difference between the live generation and the next one."""
    if report is None:
        print("There is nothing to compare with: the live generation was never fed as far.")
        return
    if not report.differs:
        rows = sum(table.rows for table in report.tables)
        print(f"No difference: {len(report.tables)} tables, {rows:,} rows, at the same positions.")
        return
    from homeroom.cli.printing import Listing, print_out

    numbers = ("rows", "added", "removed", "changed")
    listing = Listing("table", *numbers, "", right=numbers)
    for table in report.tables:
        counts = (table.rows, table.added, table.removed, table.changed)
        if table.differing or table.columns:
            listing.add(table.table, *(f"{n:,}" for n in counts), "; ".join(table.columns))
    print_out(listing)
    print_differences([d for t in report.tables for d in t.examples], "live", "next")
    equal = sum(not (t.differing or t.columns) for t in report.tables)
    print(f"{equal} tables are equal. {report.share_changed:.3%} of all rows differ.")
