"""Glue jobs and machine learning transforms."""

from peers.item import item, shaped

PAIRS = [
    ("GLUE_JOB_LOGGING_ENABLED", "glue_etl_jobs_logging_enabled"),
    ("GLUE_ML_TRANSFORM_ENCRYPTED_AT_REST", "glue_ml_transform_encrypted_at_rest"),
]

ROLE = "arn:aws:iam::123456789012:role/glue"


def seed(c):
    glue = c("glue")
    for name, arguments in {"logged": {"--enable-continuous-cloudwatch-log": "true"}, "told-not-to": {"--enable-continuous-cloudwatch-log": "false"}, "plain": {}}.items():
        glue.create_job(Name="job-" + name, Role=ROLE, GlueVersion="4.0", Command={"Name": "glueetl", "ScriptLocation": "s3://b/s.py"}, DefaultArguments=arguments)
    for mode in ("SSE-KMS", "DISABLED"):
        glue.create_ml_transform(
            Name="transform-" + mode.lower(), Role=ROLE, InputRecordTables=[{"DatabaseName": "d", "TableName": "t"}], Parameters={"TransformType": "FIND_MATCHES"},
            TransformEncryption={"MlUserDataEncryption": {"MlUserDataEncryptionMode": mode}})


def record(c):
    typ = "AWS::Glue::Job"
    for d in c.pages("glue", "get_jobs", "Jobs"):
        yield item(typ, d["Name"], shaped(typ, d), name=d["Name"], arn=f"arn:aws:glue:us-east-1:123456789012:job/{d['Name']}")
    typ = "AWS::Glue::MLTransform"
    for d in c.pages("glue", "get_ml_transforms", "Transforms"):
        id = d["TransformId"]
        yield item(typ, id, shaped(typ, d), name=d["Name"], arn=f"arn:aws:glue:us-east-1:123456789012:mlTransform/{id}")
