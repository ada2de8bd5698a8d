"""Upgrades the Exchange organization "contoso" from 2007 RTM to 2007 SP1, every step written out."""

import pulumi
import pulumi_exchange_upgrade as exchange

config = pulumi.Config()


def computer(name: str, user: str, password: str) -> exchange.ComputerArgs:
    """A computer with Setup's media; `password` names the setting of its account, and `hostKey-NAME` is that of its host key."""
    return exchange.ComputerArgs(
        name=name,
        media="D:\\SP1",
        connection=exchange.ConnectionArgs(
            host=name,
            host_key=config.require(f"hostKey-{name.split('.')[0]}"),
            user=user,
            password=config.require_secret(password),
        ),
    )


target = "2007 SP1"
directory = exchange.DirectoryArgs(
    url="ldaps://dc1.contoso.com",
    user="CONTOSO\\reader",
    password=config.require_secret("readerPassword"),
)
dc1 = computer("dc1.contoso.com", "CONTOSO\\prep", "prepPassword")

# From this language nothing is protected by itself.
kept = pulumi.ResourceOptions(protect=True, retain_on_delete=True)
schema = exchange.ExchangeSchemaPrep("schema", target=target, directory=directory, computer=dc1, opts=kept)
ad = exchange.ExchangeADPrep(
    "ad", target=target, directory=directory, prepared=schema.planned, computer=dc1, opts=kept
)
emea = exchange.ExchangeDomainPrep(
    "emea",
    target=target,
    directory=directory,
    prepared=ad.planned,
    domain="emea.contoso.com",
    computer=computer("emea-dc1.emea.contoso.com", "EMEA\\emeaprep", "emeaPrepPassword"),
)


def upgrade(name: str, prepared, after=None) -> exchange.ExchangeRoleUpgrade:
    """The upgrade of a server; the rules judge the order by `after`."""
    return exchange.ExchangeRoleUpgrade(
        name.split(".")[0],
        target=target,
        directory=directory,
        prepared=prepared,
        after=after,
        computer=computer(name, "CONTOSO\\exadmin", "exadminPassword"),
    )


# Client Access servers that face the Internet come first.
facing = [upgrade(name, ad.planned) for name in ("cas-lon.contoso.com", "cas-nyc.contoso.com")]
upgrade("cas-dub.emea.contoso.com", emea.planned, after=[each.planned["server"] for each in facing])

pulumi.export("forest", schema.forest)
