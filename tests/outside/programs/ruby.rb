require 'digest'; require 'bigdecimal'; require 'json'; require 'zlib'; require 'set'; require 'prime'; require 'matrix'; require 'openssl'
s = 99; numbers = Array.new(40_000) { s = (s * 69_069 + 1) & 0xffffffff }
puts numbers.sort.each_slice(7).sum { |a| a.first % 97 }, Digest::MD5.hexdigest(numbers.map { |n| Math.sin(n / 1e5).to_s }.join(','))
puts 2**300, (3**200).digits.sum, (10**50).pow(12_345, 10**40 + 121), 7.fdiv(-2), -7 / 2, -7 % 3, 0.1 + 0.2, 1e308 * 10, Rational(3, 7)**-5, Complex(1, 2)**3, 1.0.next_float, (2**64).bit_length, Integer.sqrt(10**41)
puts BigDecimal('2').sqrt(60).to_s, Prime.lazy.select { |p| p % 4 == 3 }.first(50).sum, Matrix.build(8) { |i, j| Rational(1, i + j + 1) }.determinant
puts JSON.generate(numbers.first(300).group_by { |n| n % 7 }.transform_values(&:sum).sort.to_h), Zlib.crc32(numbers.pack('L*')), Zlib::Inflate.inflate(Zlib.deflate(numbers.pack('Q>*'))).sum
puts numbers.pack('e10g10E10G10w5U0').unpack('C*').sum, 'dormouse in its nest'.gsub(/(?<a>\w)(?=\w*s)/) { $~[:a].upcase }, 'ÄÖÜß'.downcase.unicode_normalize(:nfd).bytes.sum
f = Fiber.new { |x| loop { x = Fiber.yield(x * 2) } }; puts (1..2000).sum { |i| f.resume(i) }
q = Queue.new; threads = 4.times.map { |i| Thread.new { 500.times { |j| q << i * j } } }; threads.each(&:join); puts q.size, Array.new(q.size) { q.pop }.sum
puts (begin; Integer('x'); rescue ArgumentError => e; e.message; end), catch(:out) { 10.times { |i| throw :out, i if i == 7 } }
puts OpenSSL::Digest.new('SHA3-256').hexdigest('nest'), [1, 2, 3].permutation.map(&:join).join(' '), (1..25).reduce(:*), [3.7, -3.7, 2.5, -2.5].map { |x| [x.round, x.floor, x.ceil, x.truncate, x.round(half: :even)] }.inspect
trap('USR1') { puts 'USR1' }; Process.kill('USR1', Process.pid); sleep 0.1; r, w = IO.pipe; fork { w.puts 6 * 7; exit! 3 }; w.close; puts r.read; Process.wait; puts $?.exitstatus
x = 0.4; 400_000.times { x = 3.99 * x * (1 - x) }; puts x
