"""EFS file systems and access points; Prowler judges the file system of an access point."""

from peers.item import item, relation, shaped, tags
from peers.world import variants

PAIRS = [
    ("EFS_ACCESS_POINT_ENFORCE_ROOT_DIRECTORY", "efs_access_point_enforce_root_directory"),
    ("EFS_ACCESS_POINT_ENFORCE_USER_IDENTITY", "efs_access_point_enforce_user_identity"),
    ("EFS_AUTOMATIC_BACKUPS_ENABLED", "efs_have_backup_enabled"),
    ("EFS_ENCRYPTED_CHECK", "efs_encryption_at_rest_enabled"),
    ("EFS_FILESYSTEM_CT_ENCRYPTED", "efs_encryption_at_rest_enabled"),
]


def seed(c):
    efs = c("efs")
    key = c("kms").create_key(Description="peers-efs")["KeyMetadata"]["Arn"]
    hardened = {"Encrypted": True, "Backup": True, "PosixUser": {"Uid": 1000, "Gid": 1000}, "RootDirectory": {"Path": "/data"}}
    for name, settings in variants(hardened, {"Encrypted": False, "Backup": False}):
        of = {k: v for k, v in settings.items() if k in ("Encrypted", "Backup")}
        if of.get("Encrypted"):
            of["KmsKeyId"] = key
        id = efs.create_file_system(CreationToken=name, **of)["FileSystemId"]
        efs.create_access_point(ClientToken=name, FileSystemId=id, **{k: v for k, v in settings.items() if k in ("PosixUser", "RootDirectory")})


def record(c):
    typ = "AWS::EFS::FileSystem"
    for d in c.pages("efs", "describe_file_systems", "FileSystems"):
        id, arn = d["FileSystemId"], d["FileSystemArn"]
        d["Arn"] = d.pop("FileSystemArn")
        if policy := c.maybe("efs", "describe_backup_policy", "PolicyNotFound", FileSystemId=id):
            d["BackupPolicy"] = policy["BackupPolicy"]
        mounts = list(c.pages("efs", "describe_mount_targets", "MountTargets", FileSystemId=id))
        yield item(typ, id, shaped(typ, d), name=id, arn=arn, tags=tags(d.get("Tags")), supplementary={"MountTargets": mounts})
    typ = "AWS::EFS::AccessPoint"
    for d in c.pages("efs", "describe_access_points", "AccessPoints"):
        d["Arn"] = d.pop("AccessPointArn")
        yield item(typ, d["AccessPointId"], shaped(typ, d), arn=d["Arn"], relationships=[relation("AWS::EFS::FileSystem", id=d["FileSystemId"])])
