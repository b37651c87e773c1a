package Ferry;
use strict;
=pod

=head1 NAME

Ferry - timetable of the B<island> ferry

=over 4

=item * Last boat: I<22:10> from pier C<B2>

=item * With fog E<gt> 3 hours the L<bus|https://bus.example/> runs

=back

=begin comment

hidden from readers: ask Olav

=end comment

=cut

sub depart { return "22:10" }
1;
