"""Transfer Family servers."""

from peers.item import item

PAIRS = [("TRANSFER_FAMILY_SERVER_NO_FTP", "transfer_server_in_transit_encryption_enabled")]


def seed(c):
    for protocols in (["SFTP"], ["FTPS", "FTP"], ["FTP"], ["SFTP", "FTPS"]):
        c("transfer").create_server(Protocols=protocols, EndpointType="VPC", IdentityProviderType="AWS_DIRECTORY_SERVICE")


def record(c):
    for s in c.pages("transfer", "list_servers", "Servers"):
        d = c("transfer").describe_server(ServerId=s["ServerId"])["Server"]
        yield item("AWS::Transfer::Server", d["ServerId"], d, arn=d["Arn"])
