"""CloudFront distributions. moto keeps no origin access control of an origin."""

from peers.item import item, shaped, tags
from peers.world import variants

CHECKS = "cloudfront_distributions_"
PAIRS = [
    ("CLOUDFRONT_ACCESSLOGS_ENABLED", CHECKS + "logging_enabled"),
    ("CLOUDFRONT_ASSOCIATED_WITH_WAF", CHECKS + "using_waf"),
    ("CLOUDFRONT_CUSTOM_SSL_CERTIFICATE", CHECKS + "custom_ssl_certificate"),
    ("CLOUDFRONT_DEFAULT_ROOT_OBJECT_CONFIGURED", CHECKS + "default_root_object"),
    ("CLOUDFRONT_NO_DEPRECATED_SSL_PROTOCOLS", CHECKS + "using_deprecated_ssl_protocols"),
    ("CLOUDFRONT_S3_ORIGIN_NON_EXISTENT_BUCKET", CHECKS + "s3_origin_non_existent_bucket"),
    ("CLOUDFRONT_SNI_ENABLED", CHECKS + "https_sni_enabled"),
    ("CLOUDFRONT_TRAFFIC_TO_ORIGIN_ENCRYPTED", CHECKS + "origin_traffic_encrypted"),
    ("CLOUDFRONT_VIEWER_POLICY_HTTPS", CHECKS + "https_enabled"),
]

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"


def seed(c):
    c("s3").create_bucket(Bucket="peers-site")
    hardened = {
        "Logging": {"Enabled": True, "IncludeCookies": False, "Bucket": "logs.s3.amazonaws.com", "Prefix": ""},
        "WebACLId": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/b", "DefaultRootObject": "index.html",
        "ViewerCertificate": certificate("sni-only"), "Viewer": "redirect-to-https", "Origin": "https-only",
        "Protocols": ["TLSv1.2"], "Bucket": "peers-site"}
    plain = {"Viewer": "allow-all", "Origin": "http-only", "Protocols": ["TLSv1", "TLSv1.2"], "Bucket": "peers-site", "ViewerCertificate": {"CloudFrontDefaultCertificate": True}}
    for name, settings in variants(hardened, plain):
        create(c, name, settings)
    create(c, "own-address", {**hardened, "ViewerCertificate": certificate("vip")})
    create(c, "no-bucket", {**hardened, "Bucket": "peers-gone"})


def certificate(method):
    return {"CloudFrontDefaultCertificate": False, "ACMCertificateArn": CERTIFICATE, "Certificate": CERTIFICATE, "CertificateSource": "acm", "SSLSupportMethod": method, "MinimumProtocolVersion": "TLSv1.2_2021"}


def create(c, name, settings):
    protocols = {"Quantity": len(settings["Protocols"]), "Items": settings["Protocols"]}
    custom = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": settings["Origin"], "OriginSslProtocols": protocols}
    origins = [{"Id": id, "DomainName": id + ".example.org", "CustomOriginConfig": custom} for id in ("first", "second")]
    origins.append({"Id": "bucket", "DomainName": settings["Bucket"] + ".s3.us-east-1.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}})
    config = {
        "CallerReference": name, "Comment": name, "Enabled": True, "Origins": {"Quantity": 3, "Items": origins},
        "DefaultCacheBehavior": {"TargetOriginId": "first", "ViewerProtocolPolicy": settings["Viewer"], "MinTTL": 0, "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}}},
        **{k: v for k, v in settings.items() if k not in ("Viewer", "Origin", "Protocols", "Bucket")}}
    c("cloudfront").create_distribution_with_tags(DistributionConfigWithTags={"DistributionConfig": config, "Tags": {"Items": [{"Key": "Name", "Value": name}]}})


def record(c):
    typ = "AWS::CloudFront::Distribution"
    for s in c("cloudfront").list_distributions()["DistributionList"].get("Items", []):
        d = c("cloudfront").get_distribution(Id=s["Id"])["Distribution"]
        names = tags(c("cloudfront").list_tags_for_resource(Resource=d["ARN"])["Tags"]["Items"])
        buckets = [o["DomainName"].split(".s3.")[0] for o in d["DistributionConfig"]["Origins"]["Items"] if "S3OriginConfig" in o]
        found = [{"name": b, "exists": c.maybe("s3", "head_bucket", "404", Bucket=b) is not None} for b in buckets]
        yield item(typ, d["Id"], shaped(typ, d), name=d["DomainName"], arn=d["ARN"], region="global", tags=names, supplementary={"OriginBuckets": found})
