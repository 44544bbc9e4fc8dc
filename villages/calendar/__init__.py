"""Working days, periods and due dates; knows no subject that uses them."""
