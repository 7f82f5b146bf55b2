# Every algorithm OpenSSL lists: digests, MACs, ciphers, key derivation, signatures, over fixed data and keys.
. ./fixed.sh
set -o pipefail
data 3000 7 >/tmp/data
key=$(data 4 1) key64=$(data 16 2) iv=$(data 4 3)
for digest in $(openssl list -digest-algorithms | grep -v '=>' | sed -E 's/^ *\{?//; s/[ ,}].*//' | sort -fu); do
  for bytes in 0 1 55 56 64 111 112 127 128 137 4096 24000; do
    printf '%s %s ' "$digest" $bytes
    head -c $bytes /tmp/data | openssl dgst -"$digest" -r 2>/dev/null || echo none
  done
done
for digest in md5 sha1 sha256 sha512 sha3-256 sm3; do
  printf 'hmac %s ' $digest; openssl mac -digest $digest -macopt hexkey:$key64 -in /tmp/data HMAC
done
printf 'cmac '; openssl mac -cipher aes-128-cbc -macopt hexkey:$key -in /tmp/data CMAC
printf 'gmac '; openssl mac -cipher aes-128-gcm -macopt hexkey:$key -macopt hexiv:${iv:0:24} -in /tmp/data GMAC
printf 'poly1305 '; openssl mac -macopt hexkey:$(data 8 5) -in /tmp/data Poly1305
printf 'siphash '; openssl mac -macopt hexkey:$key -in /tmp/data SipHash
printf 'kmac128 '; openssl mac -macopt hexkey:$key64 -in /tmp/data KMAC-128
printf 'kmac256 '; openssl mac -macopt hexkey:$key64 -in /tmp/data KMAC-256
printf 'blake2b '; openssl mac -macopt hexkey:$key64 -in /tmp/data BLAKE2BMAC
printf 'blake2s '; openssl mac -macopt hexkey:$key -in /tmp/data BLAKE2SMAC
for cipher in $(openssl enc -list 2>/dev/null | grep -o -E -e '-[a-z0-9-]+' | sort -u); do
  for bytes in 16 4096 20001; do
    head -c $bytes /tmp/data >/tmp/plain
    if openssl enc $cipher -K $(data 8 9) -iv $iv -in /tmp/plain -out /tmp/secret 2>/dev/null; then
      # RFC 3217 has a random IV.
      [ $cipher = -des3-wrap ] || echo "$cipher $bytes $(md5sum </tmp/secret)"
      openssl enc -d $cipher -K $(data 8 9) -iv $iv -in /tmp/secret 2>/dev/null | cmp - /tmp/plain && echo back
    else
      echo "$cipher $bytes none"
    fi
  done
done
for kdf in "-kdfopt digest:SHA256 -kdfopt pass:dormouse -kdfopt salt:nest -kdfopt iter:1000 PBKDF2" \
  "-kdfopt digest:SHA512 -kdfopt key:dormouse -kdfopt salt:nest -kdfopt info:x HKDF" \
  "-kdfopt pass:dormouse -kdfopt salt:nest -kdfopt n:256 -kdfopt r:8 -kdfopt p:2 SCRYPT" \
  "-kdfopt pass:dormouse -kdfopt salt:nestnest -kdfopt iter:2 -kdfopt memcost:256 -kdfopt lanes:1 ARGON2ID"; do
  echo "${kdf##* } $(openssl kdf -keylen 48 $kdf)"
done
# Signatures: those that are no function of key and data are only verified.
for kind in "RSA -pkeyopt rsa_keygen_bits:1024" "EC -pkeyopt ec_paramgen_curve:P-256" "EC -pkeyopt ec_paramgen_curve:P-384" \
  "EC -pkeyopt ec_paramgen_curve:P-521" "EC -pkeyopt ec_paramgen_curve:secp256k1" "ED25519" "ED448" "ML-DSA-44" "ML-DSA-87"; do
  openssl genpkey -algorithm $kind -out /tmp/key.pem 2>/dev/null || { echo "$kind none"; continue; }
  openssl pkey -in /tmp/key.pem -pubout -out /tmp/public.pem
  openssl pkeyutl -sign -rawin -inkey /tmp/key.pem -in /tmp/data -out /tmp/signature
  openssl pkeyutl -verify -rawin -pubin -inkey /tmp/public.pem -in /tmp/data -sigfile /tmp/signature && echo "$kind"
  { cat /tmp/data; echo; } >/tmp/other
  openssl pkeyutl -verify -rawin -pubin -inkey /tmp/public.pem -in /tmp/other -sigfile /tmp/signature >/dev/null 2>&1 && echo "$kind verifies anything"
done
for kind in X25519 X448 "EC -pkeyopt ec_paramgen_curve:P-256"; do
  for side in a b; do
    openssl genpkey -algorithm $kind -out /tmp/$side.pem
    openssl pkey -in /tmp/$side.pem -pubout -out /tmp/$side.pub
  done
  openssl pkeyutl -derive -inkey /tmp/a.pem -peerkey /tmp/b.pub -out /tmp/ab
  openssl pkeyutl -derive -inkey /tmp/b.pem -peerkey /tmp/a.pub -out /tmp/ba
  cmp /tmp/ab /tmp/ba && echo "$kind agree"
done
for bits in 64 128 200 333; do openssl prime $(openssl prime -generate -bits $bits) | sed 's/.*is/is/'; done
openssl prime 170141183460469231731687303715884105727 170141183460469231731687303715884105729
