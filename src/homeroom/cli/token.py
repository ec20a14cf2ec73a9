"""``homeroom token``: issues and revokes tokens."""

from typing import Annotated

import typer

from homeroom.cli.app import AsJson, command_group, configured, say

token_app = command_group("token", "Issue and revoke tokens.", no_args_is_help=True)


@token_app.command("issue")
def token_issue(
    sub: Annotated[str, typer.Option(help="Whose token: the teacher's or student's id.")],
    role: Annotated[str, typer.Option(help="teacher, student, admin, service or operator.")],
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
    jti: Annotated[str | None, typer.Argument(help="The token's `jti` claim.")] = None,
    sub: Annotated[
        str | None, typer.Option(help="All tokens of this person that were issued until now.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Refuse a token, or all of a person, from now on.

    Example: homeroom token revoke --sub T-AAA
    """
    from homeroom.api import tokens

    if jti is not None and sub is None:
        tokens.revoke(configured(), jti)
        say(as_json, {"revoked": jti}, f"Tokens with the id {jti} are refused from now on.")
    elif sub is not None and jti is None:
        tokens.revoke_subject(configured(), sub)
        text = f"All tokens of {sub} that were issued until now are refused."
        say(as_json, {"revoked_sub": sub}, text)
    else:
        raise typer.BadParameter("give the `jti` of a token, or --sub and a person's id")
