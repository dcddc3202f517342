"""Certificates of ACM."""

import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from peers.item import item, shaped, tags

PAIRS = [
    ("ACM_CERTIFICATE_EXPIRATION_CHECK", "acm_certificates_expiration_check", {"daysToExpiration": "7"}),
    ("ACM_CERTIFICATE_TRANSPARENT_LOGGING_ENABLED", "acm_certificates_transparency_logs_enabled"),
]


def seed(c):
    acm = c("acm")
    for name, preference in (("logged", "ENABLED"), ("unlogged", "DISABLED")):
        acm.request_certificate(DomainName=name + ".example.com", Options={"CertificateTransparencyLoggingPreference": preference})
    for days in (3, 365):
        key, certificate = self_signed(days)
        acm.import_certificate(Certificate=certificate, PrivateKey=key)


def self_signed(days):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"days-{days}.example.com")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=days)).sign(key, hashes.SHA256())
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())
    return private, certificate.public_bytes(serialization.Encoding.PEM)


def record(c):
    for s in c.pages("acm", "list_certificates", "CertificateSummaryList"):
        arn = s["CertificateArn"]
        x = c("acm").describe_certificate(CertificateArn=arn)["Certificate"]
        yield item("AWS::ACM::Certificate", arn, shaped("AWS::ACM::Certificate", x), arn=arn, tags=tags(c("acm").list_tags_for_certificate(CertificateArn=arn).get("Tags")))
