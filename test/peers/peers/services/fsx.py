"""FSx file systems."""

from peers.item import item, tags

PAIRS = [
    ("FSX_LUSTRE_COPY_TAGS_TO_BACKUPS", "fsx_file_system_copy_tags_to_backups_enabled"),
    ("FSX_OPENZFS_COPY_TAGS_ENABLED", "fsx_file_system_copy_tags_to_volumes_enabled"),
    ("FSX_WINDOWS_DEPLOYMENT_TYPE_CHECK", "fsx_windows_file_system_multi_az_enabled", {"deploymentTypes": "MULTI_AZ_1"}),
]


def seed(c):
    for on in (True, False):
        create(c, "LUSTRE", 1, LustreConfiguration={"DeploymentType": "PERSISTENT_2", "PerUnitStorageThroughput": 125, "CopyTagsToBackups": on})
        create(c, "OPENZFS", 1, OpenZFSConfiguration={"DeploymentType": "SINGLE_AZ_1", "ThroughputCapacity": 64, "CopyTagsToBackups": on, "CopyTagsToVolumes": on})
        zones = {"DeploymentType": "MULTI_AZ_1", "PreferredSubnetId": "subnet-0123456789a"} if on else {"DeploymentType": "SINGLE_AZ_2"}
        create(c, "WINDOWS", 2 if on else 1, WindowsConfiguration={"ThroughputCapacity": 32, "CopyTagsToBackups": True, **zones})


def create(c, kind, zones, **settings):
    c("fsx").create_file_system(FileSystemType=kind, StorageCapacity=1200, SubnetIds=["subnet-0123456789a", "subnet-0123456789b"][:zones], **settings)


def record(c):
    for d in c.pages("fsx", "describe_file_systems", "FileSystems"):
        yield item("AWS::FSx::FileSystem", d["FileSystemId"], d, arn=d["ResourceARN"], tags=tags(d.get("Tags")))
