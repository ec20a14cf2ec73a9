"""``homeroom token``: issues and revokes tokens."""

from typing import Annotated

import typer

from homeroom.cli import completion
from homeroom.cli.app import AsJson, command_group, configured, say

token_app = command_group("token", "Issue and revoke tokens.", no_args_is_help=True)


@token_app.command("issue")
def token_issue(
    sub: Annotated[str, typer.Option(help="Whose token: the teacher's or student's id.")],
    role: Annotated[
        str,
        typer.Option(
            help="teacher, student, admin, service or operator.", autocompletion=completion.roles
        ),
    ],
    organization_id: Annotated[
        str | None, typer.Option(help="The school's id; none for a standalone teacher.")
    ] = None,
    expires_in: Annotated[int, typer.Option(min=1, help="Seconds until it expires.")] = 3600,
    as_json: AsJson = False,
) -> None:
    """Print a signed token (HS256, with HOMEROOM_JWT_SECRET).

    Example: homeroom token issue --sub T-AAA --role teacher
    """
    from homeroom.api import tokens

    token = tokens.issue(configured(), sub, role, organization_id, expires_in)
    say(as_json, {"token": token}, token)


@token_app.command("revoke")
def token_revoke(
    token: Annotated[str | None, typer.Argument(help="The token, or its `jti` claim.")] = None,
    sub: Annotated[
        str | None, typer.Option(help="All tokens of this person that were issued until now.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Refuse a token, or all of a person, from now on.

    Example: homeroom token revoke --sub T-AAA
    """
    from homeroom.api import revoking, tokens
    from homeroom.terminal import one_line

    if (token is None) == (sub is None):
        raise typer.BadParameter("give a token or its `jti`, or --sub and a person's id")
    try:
        if token is not None:
            revoked = tokens.revoke(configured(), token)
            # What a token says of itself may be anything.
            say(as_json, revoked.shown, one_line(revoked.told))
        elif sub is not None:
            tokens.revoke_subject(configured(), sub)
            text = f"All tokens of {sub} that were issued until now are refused."
            say(as_json, {"revoked_sub": sub}, text)
    except revoking.NothingToRevoke as error:
        raise typer.BadParameter(one_line(str(error))) from None
