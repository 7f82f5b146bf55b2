# Numbers, sorting, packing, patterns, big numbers, text, processes and signals.
use strict; use warnings; use POSIX qw(floor ceil fmod strtod DBL_MAX DBL_MIN INT_MAX); use List::Util qw(sum max min shuffle reduce);
use Math::BigInt; use Math::BigFloat; use Math::Trig qw(:DEFAULT :great_circle); use Digest::MD5 qw(md5_hex); use Digest::SHA qw(sha1_hex sha256_hex sha512_hex);
use MIME::Base64; use Storable qw(freeze thaw); use Time::Local; use Encode; use Unicode::Normalize; use Compress::Zlib; use Data::Dumper; use Hash::Util;
$| = 1;
my $s = 12345;
sub random { $s = ($s * 69069 + 1) % 4294967296; return $s }
print join(' ', map { sprintf '%.17g', $_ } (0.1 + 0.2, 1e308 * 10, -1e308 * 10, 9**9**9 - 9**9**9 <=> 0 // 'nan', 2**53 + 1, 1 / 3, exp 1, log 10, sin 1, cos 1, atan2(1, 2), sqrt 2, fmod(7.5, -2), floor(-2.5), ceil(-2.5), DBL_MAX, DBL_MIN, strtod('0x1.8p3'))), "\n";
print join(' ', 18446744073709551615 + 0, 18446744073709551615 + 1, -9223372036854775808 - 1, 7 % -3, -7 % 3, int(-7 / 2), 1 << 63, ~0, do { use integer; -7 % 3 }, 0x7fffffffffffffff * 2), "\n";
my @list = map { random() } 1 .. 30000;
print md5_hex(join ',', sort { $a <=> $b } @list), ' ', md5_hex(join ',', sort @list), ' ', sum(@list), ' ', max(@list), "\n";
print md5_hex(join ',', map { sprintf '%.15g', sin($_ / 1e6) * exp($_ % 100 / 10) } @list), "\n";
for my $format (qw(c C s S l L q Q n N v V f d F w U a* A* Z* H* b* j J), 's>', 'l>', 'q>', 'd>', 'f>') {
  my $packed = pack $format, $format =~ /[aAZHb]\*/ ? '10110101' : $format eq 'w' ? 300 : 77.625; print "$format ", unpack('H*', $packed), ' ', join(',', unpack $format, $packed), "\n";
}
my $text = join ' ', map { sprintf '%x', $_ } @list;
my $count = () = $text =~ /(?<!\w)([0-9a-f])[0-9a-f]*?\1\b/g;
(my $changed = $text) =~ s/(\d+)([a-f]+)/$2 . length($1)/ge;
print "$count ", md5_hex($changed), ' ', $text =~ tr/a-f//, ' ', scalar(split /(?=a)/, $text), "\n";
print 'balanced ' if '((a)(b(c)))' =~ /^(\((?:[^()]++|(?1))*\))$/; print 'named ' . $+{y} if '2026-11' =~ /(?<y>\d{4})-(?<m>\d\d)/; print "\n";
print Math::BigInt->new(2)->bpow(2000) % Math::BigInt->new(10)->bpow(40)->bsub(17), ' ', md5_hex(Math::BigInt->new(300)->bfac), ' ', Math::BigFloat->new(2)->bsqrt(80), ' ', Math::BigFloat->bpi(100), "\n";
print join(' ', map { "$_" } Math::Complex->make(1, 2) ** 3, tan(1), acosh(2), great_circle_distance(0, 1, 2, 1)), "\n";
my $data = join '', map { pack 'L', $_ } @list;
print join(' ', sha1_hex($data), sha256_hex($data), sha512_hex($data), md5_hex(encode_base64 $data)), "\n";
my $small = compress($data . $data, 9); print length($small), ' ', md5_hex($small), ' ', uncompress($small) eq $data . $data ? 'back' : 'LOST', ' ', crc32($data), ' ', adler32($data), "\n";
my %hash; $hash{$_ % 997}{$_ % 7}++ for @list; my $copy = thaw freeze \%hash;
print md5_hex(do { local $Data::Dumper::Sortkeys = 1; Dumper $copy }), ' ', timegm(1, 2, 3, 4, 5, 2026), ' ', scalar gmtime 1e9, "\n";
print md5_hex(encode('UTF-8', NFD(join '', map { chr(0xc0 + $_ % 0x200) } @list))), ' ', length(encode 'UTF-16LE', "\x{1f42d}"), ' ', uc "\x{df}\x{e9}" eq "SS\x{c9}" ? 'upper' : 'lower', "\n";
local $SIG{USR1} = sub { print "USR1 taken\n" }; kill USR1 => $$; 
eval { local $SIG{ALRM} = sub { die "alarm\n" }; alarm 1; select undef, undef, undef, 20 while 1; }; print $@;
eval { my @deep; my $f; $f = sub { $_[0] ? $f->($_[0] - 1) + 1 : 0 }; no warnings; print $f->(20000), "\n" };
for my $n (1 .. 20) { my $pid = open my $pipe, '-|'; if (!$pid) { print $n ** 3, "\n"; exit $n } my $line = <$pipe>; close $pipe; printf '%d:%d ', $line, $? >> 8 } print "\n";
my ($x, $y) = (0.5, 0.25); for (1 .. 300000) { ($x, $y) = (3.9 * $x * (1 - $x), $y + $x / ($_ + 0.5)) } printf "%.17g %.17g\n", $x, $y;
my @sieve = (1) x 200000; for my $i (2 .. 447) { next unless $sieve[$i]; for (my $j = $i * $i; $j < 200000; $j += $i) { $sieve[$j] = 0 } } print sum(@sieve[2 .. 199999]), "\n";
print md5_hex(join ',', map { my $v = $_; join '', map { ($v >> $_) & 1 } 0 .. 31 } @list[0 .. 3000]), "\n";
